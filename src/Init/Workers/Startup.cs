using CrashShield.Init.Marker;

namespace CrashShield.Init.Workers;

/// <summary>The start of a worker that takes over from nobody: the first one, one after a crash, a spare.</summary>
/// <param name="worker">The worker.</param>
/// <param name="bounds">How long each step may take.</param>
/// <param name="hasToSpeak">Whether one that stays silent has failed; otherwise it is a plain program.</param>
/// <param name="time">The clock.</param>
internal sealed class Startup(Worker worker, WorkerBounds bounds, bool hasToSpeak, TimeProvider time)
{
    // Until a program counts as a plain one, where nothing says that it will speak.
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(10);

    private readonly long _startedAt = time.GetTimestamp();
    private bool _mayOpen;
    private Death? _after;
    private bool _hasState;
    private bool _isLoaded;

    public StartupStep Step { get; private set; } = StartupStep.Silent;

    public Deadline Deadline { get; private set; } = Deadline.In(time, hasToSpeak ? bounds.Hello : Silence);

    /// <summary>A worker that never says <c>hello</c> is a plain program: supervised, and never replaced while it runs.</summary>
    public bool IsPlain { get; private set; }

    /// <summary>Starts it where a hand-over has left it, whose old worker is gone.</summary>
    /// <param name="swap">The hand-over.</param>
    /// <param name="after">How the old worker has ended.</param>
    /// <param name="bounds">How long each step may take.</param>
    /// <param name="time">The clock.</param>
    public static Startup Continue(HotSwap<Worker> swap, Death? after, WorkerBounds bounds, TimeProvider time)
    {
        var startup = new Startup(swap.New, bounds, true, time) { _mayOpen = true, _after = after, _hasState = swap.StateHasEnded, Deadline = swap.Deadline };
        switch (swap.Step)
        {
            case SwapStep.Hello:
                break;
            case SwapStep.Verdict:
                startup.Welcome();
                break;
            case SwapStep.Ready or SwapStep.Trial:
                startup.Step = StartupStep.Welcomed;
                startup.EndState();
                startup.Hurry();
                break;
            default:
                startup.Step = StartupStep.Opening;
                break;
        }

        return startup;
    }

    /// <summary>
    /// The start of a worker that another image of this init has led: it is up, a spare that waits, or silent so far. The last is a plain program,
    /// or one that is slow and has yet to be told everything.
    /// </summary>
    public static Startup Resume(Worker worker, StartupStep step, WorkerBounds bounds, TimeProvider time)
    {
        var lived = time.GetUtcNow() - worker.StartedAt;
        worker.UpSince = time.GetTimestamp() - (long)(Math.Max(0, lived.TotalSeconds) * time.TimestampFrequency);
        return new(worker, bounds, false, time)
        {
            Step = step,
            IsPlain = step == StartupStep.Silent,
            Deadline = Deadline.Never,
            _mayOpen = step != StartupStep.Ready,
            _hasState = step != StartupStep.Silent,
        };
    }

    /// <summary>It may serve as soon as it is ready.</summary>
    /// <param name="after">The bad end in whose place it comes, unless it was started with it.</param>
    public void Open(Death? after = null)
    {
        (_mayOpen, _after) = (true, after);
        if (Step == StartupStep.Ready)
            SendOpen();
        else if (Step == StartupStep.Welcomed)
            Hurry();
    }

    /// <summary>CrashShield is in the program: it will speak, however long it does something else before.</summary>
    public void Loaded()
    {
        if (Step != StartupStep.Silent || IsPlain)
            return;
        _isLoaded = true;
        if (!hasToSpeak)
            Deadline = Deadline.Never;
    }

    /// <summary>It says that it will not speak after all.</summary>
    public void Unheard()
    {
        if (Step == StartupStep.Silent && _isLoaded && !hasToSpeak)
            (_isLoaded, Deadline) = (false, Deadline.In(time, Silence));
    }

    /// <summary>
    /// It introduces itself. A second time it is another program that a shell has started after the first one, with the same channel: everything begins anew.
    /// </summary>
    public void Hello(Message hello)
    {
        if (Step == StartupStep.Failed)
            return;
        if (Step == StartupStep.Silent)
            bounds.Spoke(time.GetElapsedTime(_startedAt));
        else
            (Step, _hasState) = (StartupStep.Silent, false);
        if (hello.WhyNotSpoken() is { } reason)
        {
            worker.Link.Send(Message.Refuse(reason));
            Fail(reason);
            return;
        }

        worker.Introduce(hello.Version, hello.Build);
        IsPlain = false;
        Welcome();
    }

    public void Ready()
    {
        if (Step >= StartupStep.Ready)
            return;
        Step = StartupStep.Ready;
        Deadline = Deadline.Never;
        worker.UpSince = time.GetTimestamp();
        if (_mayOpen)
            SendOpen();
    }

    public void Opened()
    {
        if (Step != StartupStep.Opening)
            return;
        Step = StartupStep.Serving;
        Deadline = Deadline.Never;
        worker.UpSince = time.GetTimestamp();
    }

    public void Tick()
    {
        if (!Deadline.HasPassed(time))
            return;
        Deadline = Deadline.Never;
        if (Step == StartupStep.Silent && hasToSpeak)
            Fail($"no hello within {Duration.Format(bounds.Hello)}");
        else if (Step == StartupStep.Silent)
            (IsPlain, worker.UpSince) = (true, _startedAt);
        else if (Step == StartupStep.Welcomed)
            Fail($"not ready within {Duration.Format(bounds.Ready)}");
        else if (Step == StartupStep.Opening)
            Fail($"not open within {Duration.Format(bounds.Open)}");
    }

    public void Fail(string reason)
    {
        Step = StartupStep.Failed;
        Deadline = Deadline.Never;
        worker.Kill(reason);
    }

    private void Welcome()
    {
        Step = StartupStep.Welcomed;
        Deadline = Deadline.In(time, bounds.Ready);
        worker.Link.Send(new Message(ControlType.Welcome) { Beside = !_mayOpen });
        EndState();
    }

    // It took the time that the worker beside it gave it.
    private void Hurry() => worker.Link.Send(new Message(ControlType.Hurry));

    private void EndState()
    {
        if (_hasState)
            return;
        _hasState = true;
        worker.Link.Send(new Message(ControlType.State));
    }

    private void SendOpen()
    {
        Step = StartupStep.Opening;
        Deadline = Deadline.In(time, bounds.Open);
        worker.Link.Send(new Message(ControlType.Open) { LastDeath = _after?.ToVariable() });
    }
}
