namespace CrashShield.Init.Workers;

/// <summary>
/// Signals to the init that are the worker's. One that the worker has asked for goes over its channel, where no starved thread pool holds it up. Any other is sent to its process, as soon as that one does
/// something with it: a program that has just been started and has yet to say so would be ended by it. A plain program gets it in any case.
/// </summary>
/// <param name="handles">Whether a process does something with a signal; null when that cannot be told.</param>
/// <param name="time">The clock.</param>
internal sealed class PassedSignals(Func<int, Signal, bool?> handles, TimeProvider time)
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(60);

    private readonly List<(Worker Worker, Signal Signal, Deadline Until)> _held = [];

    /// <summary>When those that are held are looked at again.</summary>
    public Deadline Deadline { get; private set; } = Deadline.Never;

    public void Pass(Worker worker, Signal signal)
    {
        if (!TryDeliver(worker, signal))
            _held.Add((worker, signal, Deadline.In(time, Longest)));
        LookAgain();
    }

    /// <summary>Something may have changed.</summary>
    public void Settle()
    {
        if (_held.Count == 0)
            return;
        _held.RemoveAll(held => held.Worker.HasExited || TryDeliver(held.Worker, held.Signal) || IsOver(held));
        LookAgain();
    }

    private bool TryDeliver(Worker worker, Signal signal)
    {
        if (worker.Takes(signal))
        {
            worker.Link.Send(new Message(ControlType.Signal) { Signal = (int)signal });
            return true;
        }

        // Without a handler it is nothing, and no harm.
        if (signal != Signal.Winch && worker.Startup is not { IsPlain: true } && !(handles(worker.ProcessId, signal) ?? worker.HasSaidHello))
            return false;
        worker.Link.Signal(signal);
        return true;
    }

    private bool IsOver((Worker Worker, Signal Signal, Deadline Until) held)
    {
        if (!held.Until.HasPassed(time))
            return false;
        Output.Log($"{ExitStatus.NameOf(held.Signal)} is dropped: {held.Worker} has no handler for it");
        return true;
    }

    private void LookAgain() => Deadline = _held.Count > 0 ? Deadline.In(time, Look) : Deadline.Never;
}
