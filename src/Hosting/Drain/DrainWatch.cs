using CrashShield.Hosting.Failures;
using CrashShield.Hosting.Scheduling;
using Microsoft.Extensions.Logging;

namespace CrashShield.Hosting.Drain;

/// <summary>The last resort: ends a process whose shutdown has outlasted all of its bounds.</summary>
internal sealed class DrainWatch(DrainSequence drain, DrainTimes times, ProcessEnd end, ILogger logger, TimeProvider time)
{
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(5);

    // How often the clock is looked at, which a test may turn.
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(100);

    // What a host is granted that may take for ever, where the process has to end: .NET's default.
    private static readonly TimeSpan UnboundedHost = TimeSpan.FromSeconds(30);

    private readonly DrainPause _pause = new(time);
    private ScheduledJob? _job;
    private TimeSpan _bound;
    private TimeSpan? _besideCleanUp;
    private TimeSpan _taken;
    private TimeSpan _looked;

    /// <summary>How long all of it takes at most, and a while to end.</summary>
    public static TimeSpan BoundOf(DrainTimes times) => (times.Total ?? (times with { Host = UnboundedHost }).Total!.Value) + Margin;

    public void Start(ShieldSchedule schedule) => _job = schedule.Add(Check);

    public void Begin()
    {
        if (times.Total is not null)
            Begin(BoundOf(times), besideCleanUp: null);
    }

    /// <param name="bound">How long all of it may take.</param>
    /// <param name="besideCleanUp">How long all but the shutdown steps may, where that is less: what hangs is not to keep a process that serves nobody.</param>
    public void Begin(TimeSpan bound, TimeSpan? besideCleanUp)
    {
        (_bound, _besideCleanUp) = (bound, besideCleanUp);
        _pause.Begin(bound);
        _job?.RunAfter(Look);
    }

    /// <summary>Nothing will begin any more.</summary>
    public void Abandon() => _job?.Remove();

    private void Check()
    {
        var left = _pause.Left;
        var looked = _bound - left;
        if (drain.Stage != DrainStage.CleanUp)
            _taken += looked - _looked;
        _looked = looked;
        if (left <= TimeSpan.Zero)
            End(_bound);
        else if (_besideCleanUp is { } granted && _taken >= granted)
            End(granted);
        else
            _job!.RunAfter(left < Look ? left : Look);
    }

    private void End(TimeSpan bound)
    {
        GuardedLog.Write(() => DrainLog.GivenUp(logger, ProcessEnd.Status, bound, drain.Request!.By, What(drain.Stage)));
        end.End();
    }

    private static string What(DrainStage stage) => stage switch
    {
        DrainStage.None or DrainStage.Delay => "the drain delay",
        DrainStage.LameDuck or DrainStage.Refusing => "the lame duck",
        DrainStage.Callbacks => "a callback of IHostApplicationLifetime.ApplicationStopping",
        DrainStage.Services => "the server or a hosted service",
        DrainStage.CleanUp => "a shutdown step",
        _ => "the program, though its host had stopped: a thread in the foreground, or what Main does after the host",
    };
}
