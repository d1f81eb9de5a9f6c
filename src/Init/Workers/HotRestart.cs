using CrashShield.Init.Marker;
using CrashShield.Init.Processes;

namespace CrashShield.Init.Workers;

/// <summary>One worker in the place of another: from the request to what follows from its end.</summary>
/// <param name="crew">Who is there.</param>
/// <param name="bounds">How long each step may take.</param>
/// <param name="time">The clock.</param>
/// <param name="tookOver">Called with the worker that serves from now on, before the end is told: who asked may look at once.</param>
internal sealed class HotRestart(Crew crew, WorkerBounds bounds, TimeProvider time, Action<Worker> tookOver)
{
    private (Worker Old, long At)? _resumed;
    private Worker? _heir;

    /// <summary>It has something to tell.</summary>
    public event Action<string>? Progress;

    /// <summary>It has ended: whether the new worker serves, and in words.</summary>
    public event Action<bool, string>? Ended;

    /// <summary>The one that runs.</summary>
    public HotSwap<Worker>? Swap { get; private set; }

    /// <summary>The one that accepts connections.</summary>
    public Worker? Target => Swap is { IsOpen: true } swap ? swap.New : crew.Serving;

    /// <summary>The one whose background services run.</summary>
    public Worker? Working => Swap is { IsWorking: true } swap ? swap.New : crew.Serving;

    public Deadline Deadline => Swap?.Deadline ?? Deadline.Never;

    /// <returns>Null when it has begun, otherwise why not.</returns>
    public string? Begin(string by)
    {
        try
        {
            Output.Log($"hot restart, asked for by {by}");
            var old = crew.Serving!;
            Swap = new HotSwap<Worker>(old, crew.Launch(), bounds, time, Tell);
            // What the old worker leaves to the new one may be large, and is to wait where it is.
            old.Link.HoldWhile(() => Swap is { HasEnded: false } swap && swap.New.Link.IsFull);
            return null;
        }
        catch (SpawnException e)
        {
            return e.Message;
        }
    }

    public void Tick() => Swap?.Tick();

    /// <summary>A worker accepts connections: the new one for the first time, or the old one again.</summary>
    public void Opened(Worker worker)
    {
        if (worker == Swap?.New && Swap.Opened())
            worker.UpSince = time.GetTimestamp();
        if (worker != _resumed?.Old)
            return;
        Tell($"{worker} accepts again, rolled back in {Duration.Format(time.GetElapsedTime(_resumed.Value.At))}");
        _resumed = null;
    }

    /// <summary>The old worker has died.</summary>
    /// <param name="old">The worker.</param>
    /// <param name="death">How.</param>
    /// <returns>Whether the new one takes its place.</returns>
    public bool OldDied(Worker old, Death death)
    {
        if (Swap is not { } swap)
            return false;
        if (swap.OldDied())
            return true;
        if (!swap.IsOpen && crew.Spares.Worker is { Startup.Step: StartupStep.Ready, IsStopping: false })
        {
            swap.Fail($"{old} died, and the spare takes its place");
            return false;
        }

        // Nobody can tell a blob that is cut short from a whole one.
        if (swap.HasPartOfState)
        {
            swap.Fail($"{old} died in the middle of handing over its state");
            return false;
        }

        crew.Serving = _heir = swap.New;
        crew.Serving.Startup = Startup.Continue(swap, death.IsClean ? null : death, bounds, time);
        Swap = null;
        End(false, $"{old} died; {crew.Serving} takes its place as it comes up");
        return true;
    }

    /// <summary>A new worker that has not opened its gate is of no use any more; of two that serve, both finish.</summary>
    public void Stop()
    {
        const string Reason = "the init is stopping";
        if (Swap is not { } swap)
            return;
        if (!swap.IsOpen)
        {
            swap.Fail(Reason);
            Settle();
            return;
        }

        Swap = null;
        if (crew.Serving is { } old)
            crew.Retiring.Add(old);
        crew.Serving = swap.New;
        End(false, $"{Reason}; both workers finish what they have begun");
    }

    /// <summary>Draws the conclusions once it has ended.</summary>
    public void Settle()
    {
        if (_heir is { Startup.Step: StartupStep.Serving })
        {
            _heir = null;
            RenewSpare();
        }

        if (Swap is not { HasEnded: true } swap)
            return;

        Swap = null;
        if (swap.Step == SwapStep.Failed)
            TakeBack(swap);
        else
            Complete(swap.New);
    }

    private void TakeBack(HotSwap<Worker> swap)
    {
        if (swap.ResumedAt is { } at)
            _resumed = (swap.Old, at);
        if (swap.New is { HasExited: false, KilledFor: null })
            crew.Retiring.AddTold(swap.New);
        else if (!swap.New.HasExited)
            crew.Retiring.AddKilled(swap.New);
        End(false, $"{swap.New}: {swap.Failure}{(crew.Serving is { } old ? $"; {old} goes on" : "")}{(swap.WasRefused ? $"; {ColdRestart.Hint}" : "")}");
    }

    private void Complete(Worker next)
    {
        if (crew.Serving is { } retired)
            crew.Retiring.AddTold(retired);
        crew.Serving = next;
        RenewSpare();
        tookOver(next);
        End(true, $"{next} serves");
    }

    private void RenewSpare()
    {
        if (crew.Spares.Take() is { } spare)
            crew.Retire(spare);
        crew.Spares.Want();
    }

    private void Tell(string progress)
    {
        Output.Log(progress);
        Progress?.Invoke(progress);
    }

    private void End(bool succeeded, string text)
    {
        Output.Log($"hot restart {(succeeded ? "done" : "failed")}: {text}");
        Ended?.Invoke(succeeded, text);
    }
}
