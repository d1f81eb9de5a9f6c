namespace CrashShield.Init.Workers;

/// <summary>
/// One worker after the other on the same sockets, for a build that cannot take over from the one before: the old worker finishes what it has begun, and the new one starts when it has ended.
/// Clients wait in the sockets meanwhile.
/// </summary>
internal sealed class ColdRestart(Crew crew, TimeProvider time)
{
    /// <summary>For whoever was refused a hot restart because of the build.</summary>
    public const string Hint = "crashshield-init restart --cold stops the old worker first, and clients wait until the new one serves";

    private Worker? _old;
    private Worker? _new;
    private long _oldEndedAt;

    /// <inheritdoc cref="HotRestart.Progress"/>
    public event Action<string>? Progress;

    /// <summary>It has ended: whether the new worker serves, and in words.</summary>
    public event Action<bool, string>? Ended;

    public bool IsRunning { get; private set; }

    /// <summary>Tells the worker to stop, if there is one. What it has yet to begin is the next one's.</summary>
    public void Begin(string by)
    {
        Output.Log($"cold restart, asked for by {by}");
        (IsRunning, _old, _new, _oldEndedAt) = (true, crew.Serving, null, time.GetTimestamp());
        if (crew.Spares.StandDown() is { } spare)
            crew.Retire(spare);
        if (_old is not { } old)
            return;
        // Without the delay of a drain: whoever connects waits for the next one. One that does not serve yet can be told by a signal only.
        if (old.HasSaidHello && old.Startup is null or { Step: StartupStep.Serving })
            old.Link.Send(new Message(ControlType.Stop) { Reason = "Cold restart" });
        else
            old.Link.Signal(Signal.Term);
        crew.Retiring.AddTold(old);
        Tell($"{old} stops");
    }

    /// <summary>Whether the worker was told to stop for the next one.</summary>
    public bool HasStopped(Worker worker) => IsRunning && worker == _old;

    /// <summary>The old worker has ended, and the new one was started or could not be.</summary>
    public void Started(Worker? next)
    {
        if (!IsRunning)
            return;
        (_old, _new, _oldEndedAt) = (null, next, time.GetTimestamp());
        if (next is null)
            End(false, "the command cannot be started; it is tried again within --restarts");
        else
            Progress?.Invoke($"{next} started");
    }

    /// <summary>A worker has died that did not stop for another.</summary>
    public void Died(Worker worker, string how)
    {
        if (IsRunning && worker == _new)
            End(false, $"{worker} {how}; it is started again within --restarts");
    }

    public void Stop()
    {
        if (IsRunning)
            End(false, "the init is stopping");
    }

    /// <summary>Draws the conclusion once the new worker serves.</summary>
    public void Settle()
    {
        if (!IsRunning || _new is not { Startup: { } startup } next || (startup.Step != StartupStep.Serving && !startup.IsPlain))
            return;
        End(true, $"{next} serves, {Duration.Format(time.GetElapsedTime(_oldEndedAt))} after the old one had ended");
    }

    private void Tell(string progress)
    {
        Output.Log(progress);
        Progress?.Invoke(progress);
    }

    private void End(bool succeeded, string text)
    {
        (IsRunning, _old, _new) = (false, null, null);
        Output.Log($"cold restart {(succeeded ? "done" : "failed")}: {text}");
        Ended?.Invoke(succeeded, text);
    }
}
