using CrashShield.Hosting.Containers.Limits;
using CrashShield.Init.Polling;
using CrashShield.Init.Workers;

namespace CrashShield.Init.Limits;

/// <summary>
/// Watches the limits of the cgroup for the workers, who are asleep when it matters: evidence first, then, when it lasts, SIGKILL and a worker in its place. Nothing on that way allocates.
/// </summary>
internal sealed unsafe class LimitGuard(LimitWatch watch, Lead lead, bool hasDirectory, TimeSpan patience, TimeProvider time) : ITimed
{
    private const long Second = 1_000_000_000;
    private const long NanosecondsOfTick = 100;

    // A trouble that comes and goes is not to fill the disk.
    private const long BetweenBundles = 300 * Second;

    private readonly LogLine _line = new();
    private readonly KillBudget _budget = new(time);
    private readonly long[] _bundles = new long[(int)LimitTrouble.Pids + 1];
    private Worker? _heldUp;
    private bool _hasBundle;
    private bool _isRefused;

    public Deadline NextDeadline { get; private set; } = Deadline.In(time, TimeSpan.Zero);

    /// <summary>Finds the limits. Null when there are none to watch.</summary>
    /// <param name="lead">Whose workers.</param>
    /// <param name="snapshots">Where the evidence goes, or null.</param>
    /// <param name="patience">How long after the evidence; zero to kill nobody.</param>
    /// <param name="time">The clock.</param>
    /// <param name="root">Where <c>/proc</c> is, but in tests.</param>
    public static LimitGuard? TryCreate(Lead lead, string? snapshots, TimeSpan patience, TimeProvider time, string root = "/")
    {
        if (LimitWatch.TryOpen(root, snapshots, $"{{\"crashShield\":\"{Options.HelpText.Number}\"}}", patience) is not { } watch)
            return null;

        watch.State->Rehearse(Environment.ProcessId);
        return new LimitGuard(watch, lead, snapshots is not null, patience, time);
    }

    public void Tick()
    {
        if (!NextDeadline.HasPassed(time))
            return;
        var now = Now;
        Do(watch.State->Follow(now), now);
        NextDeadline = Deadline.In(time, watch.Interval);
    }

    private long Now => time.GetElapsedTime(0, time.GetTimestamp()).Ticks * NanosecondsOfTick;

    private void Do(LimitStep step, long now)
    {
        switch (step)
        {
            case LimitStep.Evidence:
                watch.State->Describe(now);
                SaveEvidence(now, isLast: false);
                Output.Log(AddEvidence(_line.Begin("a limit holds the workers up: "u8).Add(watch.State->Detail)).Text);
                watch.State->Episode.HasEvidence(Now);
                _heldUp = lead.HeldUp;
                break;
            case LimitStep.Restart:
                watch.State->Describe(now);
                Kill(now);
                break;
            case LimitStep.Cleared:
                _isRefused = false;
                Output.Log(_line.Begin("no limit has held the workers up for 30 s"u8).Text);
                break;
        }
    }

    private void Kill(long now)
    {
        if (patience == TimeSpan.Zero || lead.HeldUp is not { } worker)
            return;
        if (worker.IsStopping && watch.State->Episode.Trouble >= LimitTrouble.Pressure)
        {
            // It can still drain, and does.
            watch.State->Episode.BeginAnew(now);
            return;
        }

        if (worker != _heldUp || worker.KilledFor is not null)
        {
            // The one before took its time to end, or takes it still: whoever comes in its place has the whole time.
            watch.State->Episode.BeginAnew(now);
            return;
        }

        if (!_budget.TryTake())
        {
            if (!_isRefused)
                Output.Log(_line.Begin("3 workers were killed at a limit within 10 minutes, and no more are: "u8).Add(watch.State->Detail).Text);
            _isRefused = true;
            return;
        }

        if (!_hasBundle)
            SaveEvidence(now, isLast: true);
        worker.KillAtLimit(ReasonOf(watch.State->Episode.Trouble));
        Output.Log(AddEvidence(_line.Begin("killing the worker that a limit holds up: "u8).Add(watch.State->Detail)).Text);
        watch.State->Episode.BeginAnew(now);
    }

    private void SaveEvidence(long now, bool isLast)
    {
        ref var last = ref _bundles[(int)watch.State->Episode.Trouble];
        _hasBundle = false;
        if (!hasDirectory || (!isLast && last != 0 && now - last < BetweenBundles))
            return;
        _hasBundle = watch.State->Save(lead.HeldUp?.ProcessId ?? Environment.ProcessId, Environment.ProcessId);
        last = now;
    }

    private LogLine AddEvidence(LogLine line) => _hasBundle ? line.Add("; evidence: "u8).Add(watch.State->Evidence->Path) : line;

    private static string ReasonOf(LimitTrouble trouble) => trouble switch
    {
        LimitTrouble.High => "memory.high was exceeded and the kernel had it sleep",
        LimitTrouble.Max => "at memory.max the kernel reclaimed without end and killed nobody",
        LimitTrouble.Hold => "it waited at its memory limit, which kills nobody",
        LimitTrouble.Pressure => "it waited for memory more than 95 % of the time",
        _ => "pids.max was reached",
    };
}
