namespace CrashShield.Middleware.Admission;

/// <summary>Bounds how many pass in each second. It takes no lock and allocates nothing.</summary>
/// <param name="time">The clock.</param>
internal sealed class PerSecond(TimeProvider time)
{
    private const int CountBits = 20;
    private const long CountMask = (1 << CountBits) - 1;

    // The second in the upper bits and the count of it in the lower ones: one exchange changes both.
    private long _state;

    /// <summary>Counts one, if it may pass.</summary>
    /// <param name="most">How many may pass in a second; below a million.</param>
    public bool TryPass(int most)
    {
        var second = time.GetTimestamp() / time.TimestampFrequency;
        var state = Volatile.Read(ref _state);
        while (true)
        {
            var next = state >> CountBits < second ? (second << CountBits) + 1 : state + 1;
            if ((next & CountMask) > most)
                return false;

            var seen = Interlocked.CompareExchange(ref _state, next, state);
            if (seen == state)
                return true;
            state = seen;
        }
    }
}
