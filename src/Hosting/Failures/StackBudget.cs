namespace CrashShield.Hosting.Failures;

/// <summary>
/// Bounds what rendering stacks may cost in a storm of failures: a stack takes tens of microseconds to turn into text, many times what
/// the failure itself took.
/// </summary>
internal sealed class StackBudget
{
    /// <summary>How many failures of one second get the text of their stack.</summary>
    public const int PerSecond = 100;

    private long _second;
    private int _taken;

    /// <summary>Whether a failure may have its stack rendered.</summary>
    /// <param name="captured">When it was captured.</param>
    public bool TryTake(DateTimeOffset captured)
    {
        var second = captured.ToUnixTimeSeconds();
        if (Interlocked.Exchange(ref _second, second) != second)
            Volatile.Write(ref _taken, 0);
        return Interlocked.Increment(ref _taken) <= PerSecond;
    }
}
