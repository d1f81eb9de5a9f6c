namespace CrashShield.Handoff.Protocol;

/// <summary>
/// One hot restart, the state machine of docs/handoff.md: the lead, the init or the old worker itself, tells it what the two workers say and when one dies; it says to them what
/// comes next. It ends <see cref="SwapStep.Completed"/> or <see cref="SwapStep.Failed"/>.
/// </summary>
internal sealed class HotSwap<TWorker>(TWorker old, TWorker @new, WorkerBounds bounds, TimeProvider time, Action<string> progress)
    where TWorker : class, ISwapWorker
{
    private bool _oldIsPaused;
    private bool _stateHasBegun;
    private long _openedAt;

    public TWorker Old { get; } = old;

    public TWorker New { get; } = @new;

    public SwapStep Step { get; private set; } = SwapStep.Hello;

    public Deadline Deadline { get; private set; } = Deadline.In(time, bounds.Hello);

    /// <summary>Why it failed.</summary>
    public string? Failure { get; private set; }

    /// <summary>Whether it failed because the two builds do not fit, or the new one does not speak.</summary>
    public bool WasRefused { get; private set; }

    /// <summary>Whether the new worker has all that the old one passes on.</summary>
    public bool StateHasEnded { get; private set; }

    /// <summary>Whether it waits for the rest of that, a part of which it has.</summary>
    public bool HasPartOfState => Step == SwapStep.Ready && _stateHasBegun && !StateHasEnded;

    public bool HasEnded => Step is SwapStep.Completed or SwapStep.Failed;

    /// <summary>Whether the background services are the new worker's.</summary>
    public bool IsWorking { get; private set; }

    /// <summary>Whether the new worker may have accepted connections.</summary>
    public bool IsOpen => Step is SwapStep.Opened or SwapStep.Paused or SwapStep.Probation or SwapStep.Completed;

    public void Hello(Message hello)
    {
        if (HasEnded)
            return;
        // A second time it is another program, which a shell has started after the first one with the same channel. That one may have taken over already.
        ResumeOld();
        IsWorking = false;
        if (hello.WhyNotSpoken() is { } reason)
        {
            New.Send(Message.Refuse(reason));
            WasRefused = true;
            Fail(reason);
            return;
        }

        New.Introduce(hello.Version, hello.Build);
        (_stateHasBegun, StateHasEnded) = (false, false);
        Await(SwapStep.Verdict, bounds.Verdict);
        Old.Send(new Message(ControlType.Offer) { Version = New.Version, Build = New.Build, Generation = New.Generation });
    }

    public void Verdict(bool accepted, string? reason)
    {
        if (Step != SwapStep.Verdict)
            return;
        if (!accepted)
        {
            var words = $"version {New.Version} does not fit {Old.Version}: {reason ?? "no reason given"}";
            New.Send(Message.Refuse(words));
            WasRefused = true;
            Fail(words);
            return;
        }

        progress($"{New} starts up");
        Await(SwapStep.Ready, bounds.Ready);
        New.Send(new Message(ControlType.Welcome) { Beside = true });
        Old.Send(new Message(ControlType.Collect));
    }

    /// <summary>Passes on what the old worker leaves to the new one.</summary>
    public void State(Message state)
    {
        if (Step is SwapStep.Hello or SwapStep.Verdict || HasEnded || StateHasEnded)
            return;
        _stateHasBegun = true;
        StateHasEnded = state.Name is null;
        New.Send(state);
    }

    /// <summary>What makes the new worker ready are its background services, which wait for those of the old one to rest.</summary>
    public void Waits(string reason)
    {
        if (Step != SwapStep.Ready)
            return;
        progress($"{New} is to run its background services before it is ready: {reason}");
        IsWorking = true;
        Await(SwapStep.Trial, bounds.Drain + bounds.Ready);
    }

    public void Ready()
    {
        if (Step is not (SwapStep.Ready or SwapStep.Trial))
            return;
        progress($"{New} is ready");
        Await(SwapStep.Opened, bounds.Open);
        New.Send(new Message(ControlType.Open));
    }

    /// <summary>The new gate is open before the old one closes, so that no client waits for one.</summary>
    /// <returns>Whether it has just done so.</returns>
    public bool Opened()
    {
        if (Step != SwapStep.Opened)
            return false;
        _openedAt = time.GetTimestamp();
        (_oldIsPaused, IsWorking) = (true, true);
        Await(SwapStep.Paused, bounds.Pause);
        Old.Send(new Message(ControlType.Pause));
        return true;
    }

    public void Paused()
    {
        if (Step == SwapStep.Paused)
            BeginProbation($"both accepted for {Duration.Format(time.GetElapsedTime(_openedAt))}");
    }

    public void NewDied(string how) => Fail($"{how} {Moment}");

    /// <summary>When the old worker was told to accept again, on the clock's timestamps; none when it had never paused.</summary>
    public long? ResumedAt { get; private set; }

    /// <summary>The old worker is gone. A new one on probation has proved itself the better one.</summary>
    /// <returns>Whether that ended the hand-over; otherwise the new worker is still on its way.</returns>
    public bool OldDied()
    {
        if (Step is SwapStep.Paused or SwapStep.Probation)
            End(SwapStep.Completed);
        return HasEnded;
    }

    /// <summary>The new worker is not to take over.</summary>
    public void Fail(string reason)
    {
        if (HasEnded)
            return;
        TakeBack(reason);
        New.Kill(reason);
    }

    /// <summary>The new worker ends by itself, and may have clients: it finishes what it has begun. Before that its end tells more than its word, and another program may come after it.</summary>
    public void NewStops()
    {
        if (IsOpen && !HasEnded)
            TakeBack($"it was told to stop {Moment}");
    }

    public void Tick()
    {
        if (!Deadline.HasPassed(time))
            return;
        switch (Step)
        {
            case SwapStep.Hello:
                WasRefused = true;
                Fail($"no hello within {Duration.Format(bounds.Hello)}");
                break;
            case SwapStep.Verdict:
                Fail($"no verdict from {Old} within {Duration.Format(bounds.Verdict)}");
                break;
            case SwapStep.Ready:
                Fail($"not ready within {Duration.Format(bounds.Ready)}");
                break;
            case SwapStep.Trial:
                Fail($"not ready with its background services within {Duration.Format(bounds.Drain + bounds.Ready)}");
                break;
            case SwapStep.Opened:
                Fail($"not open within {Duration.Format(bounds.Open)}");
                break;
            case SwapStep.Paused:
                // The new one has clients already, and the old one is the one that does not answer.
                BeginProbation($"{Old} has not paused within {Duration.Format(bounds.Pause)}");
                break;
            case SwapStep.Probation:
                End(SwapStep.Completed);
                Old.Send(new Message(ControlType.Stop));
                break;
        }
    }

    private string Moment => Step switch
    {
        SwapStep.Hello => "before ready, without a hello",
        SwapStep.Verdict or SwapStep.Ready or SwapStep.Trial => "before ready",
        SwapStep.Paused or SwapStep.Probation => "during probation",
        _ => "before its gate was open",
    };

    // First the service, then the order in the house.
    private void TakeBack(string reason)
    {
        Failure = reason;
        End(SwapStep.Failed);
        ResumeOld();
    }

    private void ResumeOld()
    {
        if (!_oldIsPaused)
            return;
        (_oldIsPaused, ResumedAt) = (false, time.GetTimestamp());
        Old.Send(new Message(ControlType.Resume));
    }

    private void BeginProbation(string how)
    {
        progress($"{New} serves, {how}; {Old} waits for {Duration.Format(bounds.Probation)}");
        Await(SwapStep.Probation, bounds.Probation);
        Tick();
    }

    private void Await(SwapStep step, TimeSpan bound) => (Step, Deadline) = (step, Deadline.In(time, bound));

    private void End(SwapStep step) => (Step, Deadline) = (step, Deadline.Never);
}
