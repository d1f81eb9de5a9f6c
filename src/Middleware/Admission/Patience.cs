using CrashShield.Hosting.Admission;
using CrashShield.Hosting.ThreadPools.Diagnosis;

namespace CrashShield.Middleware.Admission;

/// <summary>How long work may wait for a thread once the process is overloaded, by what has kept it waiting of late.</summary>
internal sealed class Patience(AdmissionOptions options)
{
    // Two of the kernel's periods: a quota that is nearly used up brings a pause of up to one in any case.
    private static readonly TimeSpan Throttled = TimeSpan.FromMilliseconds(200);

    // Of the average: a state changes by the millisecond, and a target that follows would let in what has to be refused a moment later.
    private static readonly TimeSpan Over = TimeSpan.FromMilliseconds(500);

    private TimeSpan _last = options.TargetDelay;
    private double _crowded;

    /// <summary>The time, or <see langword="null"/> when refusing would not help: the pool is getting threads, the process stands still, or nobody knows.</summary>
    /// <param name="state">What keeps work waiting.</param>
    /// <param name="isOverloaded">Whether requests are refused already: what is compiled then is the code of an overload, for half a minute.</param>
    /// <param name="elapsed">Since the last call.</param>
    public TimeSpan? For(ProcessorState state, bool isOverloaded, TimeSpan elapsed)
    {
        if (state is ProcessorState.Blocked or ProcessorState.Paused or ProcessorState.Unknown)
            return null;
        // The delay is short: what is refused ends by the same rule by which it began.
        if (state == ProcessorState.Idle)
            return _last;

        var isCrowded = state == ProcessorState.Crowded || (state == ProcessorState.WarmingUp && !isOverloaded);
        _crowded += Math.Min(1, elapsed / Over) * ((isCrowded ? 1 : 0) - _crowded);
        _last = Longer(_crowded > 0.5 ? options.CrowdedDelay : state == ProcessorState.Throttled ? Throttled : TimeSpan.Zero);
        return _last;
    }

    private TimeSpan Longer(TimeSpan time) => time > options.TargetDelay ? time : options.TargetDelay;
}
