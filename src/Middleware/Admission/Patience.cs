using CrashShield.Hosting.Admission;
using CrashShield.Hosting.ThreadPools.Diagnosis;

namespace CrashShield.Middleware.Admission;

/// <summary>How long work may wait for a thread before requests are refused for it, by what keeps it waiting.</summary>
internal sealed class Patience(AdmissionOptions options)
{
    // Two of the kernel's periods: a quota that is nearly used up brings a pause of up to one in any case.
    private static readonly TimeSpan Throttled = TimeSpan.FromMilliseconds(200);

    private TimeSpan _last = options.TargetDelay;

    /// <summary>The time for a state, or <see langword="null"/> when refusing would not help: the pool is getting threads, the process stands still, or nobody knows.</summary>
    public TimeSpan? For(ProcessorState state)
    {
        TimeSpan? wait = state switch
        {
            ProcessorState.Busy or ProcessorState.Saturated => options.TargetDelay,
            ProcessorState.Throttled => Longer(Throttled),
            ProcessorState.Crowded or ProcessorState.WarmingUp => Longer(options.CrowdedDelay),
            // The delay is short: what is refused ends by the same rule by which it began.
            ProcessorState.Idle => _last,
            _ => null,
        };
        _last = wait ?? _last;
        return wait;
    }

    private TimeSpan Longer(TimeSpan time) => time > options.TargetDelay ? time : options.TargetDelay;
}
