using CrashShield.Hosting.Circuit;

namespace CrashShield.Hosting.Memory;

/// <summary>
/// Whether the heap stays close to the most that it may have. Garbage counts as used until it is collected, so a heap is close only when a full collection has left it so;
/// when the runtime sees no need for one, one is asked for: in a process without work none may ever come, and the circuit would never recover.
/// </summary>
internal sealed class HeapRule(MemoryOptions options, TimeProvider time)
{
    private const long Never = -1;
    private const double Spike = 0.8;
    private const double NotYetOpen = 0.99;
    private const double MiB = 1024 * 1024;

    // A collector that has ended none by then is no reason to wait longer.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan AskEvery = TimeSpan.FromSeconds(30);

    private readonly PressureScale _scale = new(options.HeapRecoverAt, options.HeapDegradeAt, options.HeapOpenAt);
    private long _high = Never;
    private long _critical = Never;
    // When a full collection has ended or was asked for.
    private long _collected = Never;
    private int _full;
    private int _fullBefore;

    /// <summary>Takes a reading.</summary>
    /// <param name="used">The bytes in use.</param>
    /// <param name="limit">The bytes that the heap may have.</param>
    /// <param name="full">The full collections that have ended so far.</param>
    /// <returns>The pressure, and whether a full collection has to be asked for.</returns>
    public (PressureReading Reading, bool Ask) Take(long used, long limit, int full)
    {
        var now = time.GetTimestamp();
        var share = limit > 0 ? (double)used / limit : 0;
        if (full != _full)
            (_full, _collected) = (full, now);
        if (_high == Never)
            _fullBefore = full;

        var wasHeld = HasLasted(_high, options.HeapFor, now);
        _high = Continue(_high, share >= options.HeapDegradeAt || (wasHeld && share > options.HeapRecoverAt), now);
        _critical = Continue(_critical, share >= options.HeapOpenAt, now);
        var isHeld = HasLasted(_high, options.HeapFor, now);
        var isHigh = isHeld && (full > _fullBefore || HasLasted(_high, options.HeapFor + Patience, now));
        var ask = isHeld && share >= options.HeapDegradeAt && !HasCollectedSinceHigh(now);
        if (ask)
            _collected = now;

        var most = !isHigh ? Spike : HasLasted(_critical, options.HeapFor, now) ? 1 : NotYetOpen;
        var pressure = Math.Min(_scale.Of(share), most);
        return (new(pressure, pressure > Spike ? Reason(used, limit, share) : null), ask);
    }

    // One that is seen together with the rise may have been before it.
    private bool HasCollectedSinceHigh(long now) => _collected != Never && _collected > _high && !HasLasted(_collected, AskEvery, now);

    private bool HasLasted(long since, TimeSpan atLeast, long now) => since != Never && time.GetElapsedTime(since, now) >= atLeast;

    private static long Continue(long since, bool goesOn, long now) => !goesOn ? Never : since == Never ? now : since;

    private static string Reason(long used, long limit, double share) =>
        FormattableString.Invariant($"the heap uses {used / MiB:F0} of {limit / MiB:F0} MiB ({share * 100:F0} %)");
}
