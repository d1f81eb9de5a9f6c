using CrashShield.Init.Options;
using CrashShield.Init.Polling;

namespace CrashShield.Init.Workers;

/// <summary>Whose background services run: those of one worker at a time, of all that live. The next one's begin when those of the one before have ended, or its process has.</summary>
internal sealed class WorkTurn(TimeSpan bound, TimeProvider time)
{
    private Worker? _holder;
    private bool _isResting;

    /// <summary>When the next one no longer waits.</summary>
    public Deadline Deadline { get; private set; } = Deadline.Never;

    /// <summary>Goes on with a worker that another image of this init has led.</summary>
    public void Continue(Worker serving) => _holder = serving;

    /// <summary>The background services of a worker have ended.</summary>
    public void Rested(Worker worker)
    {
        if (worker == _holder && _isResting)
            Free();
    }

    /// <summary>Draws the conclusions of what has just happened.</summary>
    /// <param name="next">The worker whose services are to run; null while that is to be nobody else's than now.</param>
    public void Settle(Worker? next)
    {
        if (_holder is { HasExited: true })
            Free();
        if (next is null)
            return;
        if (next == _holder)
            TakeBack(next);
        else if (_holder is null || HasWaitedFor(_holder, next))
            Give(next);
    }

    // A hand-over that is off.
    private void TakeBack(Worker holder)
    {
        if (_isResting)
            Give(holder);
    }

    private bool HasWaitedFor(Worker holder, Worker next)
    {
        if (!_isResting)
        {
            (_isResting, Deadline) = (true, Deadline.In(time, bound));
            holder.Link.Send(new Message(ControlType.Rest));
            return false;
        }

        if (!Deadline.HasPassed(time))
            return false;
        Output.Log($"{holder} has not ended its background services within {Duration.Format(bound)}: {next} runs its own");
        return true;
    }

    private void Give(Worker next)
    {
        Free();
        _holder = next;
        next.Link.Send(new Message(ControlType.Work));
    }

    private void Free() => (_holder, _isResting, Deadline) = (null, false, Deadline.Never);
}
