namespace CrashShield.Hosting.ThreadPools.Relief;

/// <summary>How much is completed in a second, step by step.</summary>
internal sealed class CompletionRate(TimeProvider time)
{
    /// <summary>The shortest step: of a slow service a few requests are completed in it.</summary>
    public static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(500);

    private long _at;
    private long _completed;

    public bool HasBegun { get; private set; }

    /// <summary>Takes what has been completed so far.</summary>
    /// <param name="completed">The count.</param>
    /// <param name="step">How long a step is.</param>
    /// <returns>A step, at its end.</returns>
    public RateStep? TryTake(long completed, TimeSpan step)
    {
        var now = time.GetTimestamp();
        if (!HasBegun)
        {
            (HasBegun, _at, _completed) = (true, now, completed);
            return null;
        }

        var elapsed = time.GetElapsedTime(_at, now);
        if (elapsed < step)
            return null;

        var rate = (completed - _completed) / elapsed.TotalSeconds;
        (_at, _completed) = (now, completed);
        return new(rate, elapsed);
    }

    /// <summary>The next step begins with the next count.</summary>
    public void Reset() => HasBegun = false;
}
