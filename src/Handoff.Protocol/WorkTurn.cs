namespace CrashShield.Handoff.Protocol;

/// <summary>Whose background services run: those of one worker at a time, of all that live. The next one's begin when those of the one before have ended, or its process has.</summary>
/// <param name="bound">How long the next one waits for that.</param>
/// <param name="time">The clock.</param>
/// <param name="tell">Gets what people should know.</param>
internal sealed class WorkTurn<TWorker>(TimeSpan bound, TimeProvider time, Action<string> tell)
    where TWorker : class, ISwapWorker
{
    private bool _isResting;

    /// <summary>Whose they are now.</summary>
    public TWorker? Holder { get; private set; }

    /// <summary>When the next one no longer waits.</summary>
    public Deadline Deadline { get; private set; } = Deadline.Never;

    /// <summary>Those of a worker run already.</summary>
    public void Continue(TWorker serving) => Holder = serving;

    /// <summary>The background services of a worker have ended.</summary>
    public void Rested(TWorker worker)
    {
        if (worker == Holder && _isResting)
            Free();
    }

    /// <summary>The program in a worker's process has ended, and another one is in its place.</summary>
    public void Left(TWorker worker)
    {
        if (worker == Holder)
            Free();
    }

    /// <summary>Draws the conclusions of what has just happened.</summary>
    /// <param name="next">The worker whose services are to run; null while that is to be nobody else's than now.</param>
    public void Settle(TWorker? next)
    {
        if (Holder is { HasExited: true })
            Free();
        if (next is null)
            return;
        if (next == Holder)
            TakeBack(next);
        else if (Holder is null || HasWaitedFor(Holder, next))
            Give(next);
    }

    // A hand-over that is off.
    private void TakeBack(TWorker holder)
    {
        if (_isResting)
            Give(holder);
    }

    private bool HasWaitedFor(TWorker holder, TWorker next)
    {
        if (!_isResting)
        {
            (_isResting, Deadline) = (true, Deadline.In(time, bound));
            holder.Send(new Message(ControlType.Rest));
            return false;
        }

        if (!Deadline.HasPassed(time))
            return false;
        tell($"{holder} has not ended its background services within {Duration.Format(bound)}: {next} runs its own");
        return true;
    }

    private void Give(TWorker next)
    {
        Free();
        Holder = next;
        next.Send(new Message(ControlType.Work));
    }

    private void Free() => (Holder, _isResting, Deadline) = (null, false, Deadline.Never);
}
