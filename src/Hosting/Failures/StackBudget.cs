namespace CrashShield.Hosting.Failures;

/// <summary>
/// Bounds what rendering stacks may cost in a storm of failures: a stack takes tens of microseconds to turn into text, many times what
/// the failure itself took.
/// </summary>
internal sealed class StackBudget
{
    /// <summary>How many failures of one second get the text of their stack.</summary>
    public const int PerSecond = 100;

    // Spans are exported in another order than they failed, so each of the last seconds is counted for itself: its number, and how many of it.
    private const int Slots = 64;
    private const int CountBits = 16;

    private readonly long[] _slots = new long[Slots];

    /// <summary>Whether a failure may have its stack rendered.</summary>
    /// <param name="captured">When it was captured.</param>
    public bool TryTake(DateTimeOffset captured)
    {
        var second = captured.ToUnixTimeSeconds();
        ref var slot = ref _slots[second & (Slots - 1)];
        while (true)
        {
            var seen = Volatile.Read(ref slot);
            var taken = seen >> CountBits == second ? seen & ((1 << CountBits) - 1) : 0;
            if (taken >= PerSecond)
                return false;
            if (Interlocked.CompareExchange(ref slot, (second << CountBits) | (taken + 1), seen) == seen)
                return true;
        }
    }
}
