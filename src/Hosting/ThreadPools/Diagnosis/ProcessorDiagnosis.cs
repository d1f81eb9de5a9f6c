namespace CrashShield.Hosting.ThreadPools.Diagnosis;

/// <summary>
/// Tells why work waits for a thread of the pool, from what has been used while it waited. A processor that idles while work waits lacks threads and nothing else: the kernel's scheduler is
/// work-conserving. Called by one thread every few milliseconds; allocates nothing.
/// </summary>
internal sealed class ProcessorDiagnosis(IProcessorReadings readings, TimeProvider time)
{
    /// <summary>The wait from which it is asked what work waits for.</summary>
    public static readonly TimeSpan Trouble = TimeSpan.FromMilliseconds(15);

    private static readonly TimeSpan Window = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan CalmWindow = TimeSpan.FromSeconds(1);

    // The kernel adds the time of a thread that runs at its tick, which is 4 ms long with CONFIG_HZ=250.
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(4);

    // A thread that comes so much too late, while the process has used next to nothing, was stopped together with all others.
    private static readonly TimeSpan Standstill = TimeSpan.FromMilliseconds(50);
    private const double StandstillUse = 0.1;

    private const double BusyAt = 0.9;
    private const double ThrottledAt = 0.6;
    private const double NoIdle = 0.1;

    // By less of what it may use no process uses up a machine.
    private const double FarFromBusy = 0.75;

    // On a machine without idle processors: more than half as much again as all others together is the process's own load.
    private const double OwnLoad = 0.6;
    private const double PausedAt = 0.5;
    private const double CompilesAt = 0.2;

    private const long Never = long.MinValue;

    private readonly SampleHistory _history = new();
    private readonly MachineIdle _machine = new(readings, time);
    private readonly RunnableWorkers _workers = new(readings, time);
    private readonly Throttling _throttling = new(readings, time);
    private long _since = Never;
    private long _resumed = Never;

    public ProcessorState State { get; private set; }

    /// <summary>Whether no processor idles, by whomever they are used.</summary>
    public bool IsMachineFull => _machine.Share < NoIdle;

    /// <summary>How long work has waited, without the time in which the whole process stood still.</summary>
    public TimeSpan Delay { get; private set; }

    /// <summary>The processor time used of late, of what the process may use. 0 to 1, and a little more by the kernel's ticks.</summary>
    public double Use { get; private set; }

    /// <summary>Takes how long a work item waits now.</summary>
    public void Update(TimeSpan delay)
    {
        var now = time.GetTimestamp();
        var sample = new ProcessorSample(now, readings.Used, readings.Paused, readings.Compiled);
        if (!_history.IsEmpty && IsStandstill(_history.Newest, sample))
            (_resumed, _since) = (now, Never);
        _history.Add(sample);

        var isThrottled = _throttling.IsRecent(now);
        Delay = Counted(delay, sample);
        if (Delay < Trouble)
        {
            _since = Never;
            _machine.Read(now, CalmWindow);
            Use = UseSince(_history.At(Ago(now, CalmWindow)), sample);
            State = delay >= Trouble ? (isThrottled ? ProcessorState.Throttled : ProcessorState.Paused) : Use >= BusyAt ? ProcessorState.Busy : ProcessorState.Idle;
            return;
        }

        if (_since == Never)
            _since = Ago(now, Delay);
        _machine.Read(now, Window);
        State = Diagnose(sample, isThrottled);
    }

    private ProcessorState Diagnose(ProcessorSample now, bool isThrottled)
    {
        var from = _history.At(Math.Max(_since, Ago(now.At, Window)));
        var elapsed = time.GetElapsedTime(from.At, now.At);
        Use = UseSince(from, now);
        if (elapsed <= TimeSpan.Zero)
            return State;
        if ((now.Paused - from.Paused) / elapsed >= PausedAt)
            return ProcessorState.Paused;

        if (isThrottled && Use >= ThrottledAt)
            return ProcessorState.Throttled;
        if (Use + (Tick / elapsed) >= BusyAt)
            return IsWarmingUp(now) ? ProcessorState.WarmingUp : ProcessorState.Busy;
        // At the onset of a load the machine's share is of the calm before, which says nothing of what work waits for now.
        if (_machine.Share >= NoIdle && (Use < FarFromBusy || _machine.Since >= _since))
            return ProcessorState.Blocked;

        // Others use what the process leaves, or nobody knows. Its threads tell whether they lack a processor or something else.
        _workers.Look(now.At);
        if (_workers.AreBlocked)
            return ProcessorState.Blocked;
        if (IsWarmingUp(now))
            return ProcessorState.WarmingUp;
        if (double.IsNaN(_machine.Share) && !_workers.IsKnown)
            return ProcessorState.Unknown;
        return Use >= OwnLoad ? ProcessorState.Busy : ProcessorState.Crowded;
    }

    private TimeSpan Counted(TimeSpan delay, ProcessorSample now)
    {
        var counted = delay;
        if (_resumed != Never && time.GetElapsedTime(_resumed, now.At) is var running && running < counted)
            counted = running;
        var paused = now.Paused - _history.At(Ago(now.At, counted)).Paused;
        return counted > paused ? counted - paused : TimeSpan.Zero;
    }

    private bool IsStandstill(ProcessorSample before, ProcessorSample now)
    {
        var elapsed = time.GetElapsedTime(before.At, now.At);
        return elapsed >= Standstill && (now.Used - before.Used) / elapsed < StandstillUse * readings.Processors;
    }

    private bool IsWarmingUp(ProcessorSample now)
    {
        var from = _history.At(Ago(now.At, CalmWindow));
        var elapsed = time.GetElapsedTime(from.At, now.At);
        return elapsed > TimeSpan.Zero && (now.Compiled - from.Compiled) / elapsed >= CompilesAt * readings.Processors;
    }

    private double UseSince(ProcessorSample from, ProcessorSample now)
    {
        var elapsed = time.GetElapsedTime(from.At, now.At);
        return elapsed > TimeSpan.Zero ? (now.Used - from.Used) / elapsed / readings.Processors : 0;
    }

    private long Ago(long now, TimeSpan age) => now - (long)(age.TotalSeconds * time.TimestampFrequency);
}
