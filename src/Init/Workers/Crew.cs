using CrashShield.Init.Listeners;
using CrashShield.Init.Marker;

namespace CrashShield.Init.Workers;

/// <summary>Who is there: the worker that serves, the spare, those that finish what they have begun; and the sockets that they listen on.</summary>
internal sealed class Crew(IWorkerStarter starter, ListenerTable listeners, SpareKeeper spares, TimeSpan drain, TimeProvider time)
{
    private readonly HashSet<ListenerKey> _preopened = [];

    public ListenerTable Listeners { get; } = listeners;

    public SpareKeeper Spares { get; } = spares;

    public RetiringWorkers Retiring { get; } = new(drain, time);

    public Worker? Serving { get; set; }

    /// <summary>Of the worker started last.</summary>
    public int Generation { get; private set; }

    /// <summary>Gets what workers say.</summary>
    public required Action<Worker, Message> Received { get; init; }

    /// <summary>A socket that stays open though no worker has asked for it yet.</summary>
    public void KeepOpen(ListenerKey key) => _preopened.Add(key);

    public bool IsPreopened(ListenerKey key) => _preopened.Contains(key);

    /// <summary>Goes on with workers that another image of this init has started.</summary>
    public void Continue(int generation, Worker serving, Worker? spare)
    {
        (Generation, Serving) = (generation, serving);
        Spares.Continue(spare);
    }

    /// <param name="after">The bad end in whose place it comes; null for one that comes beside another.</param>
    /// <exception cref="Processes.SpawnException">The command cannot be started.</exception>
    public Worker Launch(Death? after = null)
    {
        var worker = starter.Start(Generation + 1, after, Received);
        Generation++;
        Output.Log($"{worker} started");
        return worker;
    }

    /// <param name="next">The one that is to take over, if any.</param>
    public Worker[] Living(Worker? next)
    {
        IEnumerable<Worker?> known = [Serving, next, Spares.Worker, .. Retiring.All];
        return [.. known.OfType<Worker>().Distinct()];
    }

    /// <summary>Ends a spare that nobody needs any more.</summary>
    public void Retire(Worker spare)
    {
        if (spare.Startup!.Step == StartupStep.Ready)
        {
            spare.Link.Send(new Message(ControlType.Stop));
            Retiring.AddTold(spare);
            return;
        }

        spare.Kill("a spare of the old build");
        Retiring.AddKilled(spare);
    }

    /// <summary>Closes the sockets that no worker has asked for.</summary>
    /// <param name="worker">Whose sockets stay open, beside those of who is there.</param>
    /// <param name="keepPreopened">Whether those that were to be open before are still.</param>
    public void CloseUnwanted(Worker worker, bool keepPreopened)
    {
        HashSet<ListenerKey> wanted = [.. worker.Asked, .. Serving?.Asked ?? [], .. Spares.Worker?.Asked ?? [], .. keepPreopened ? _preopened : []];
        foreach (var listener in Listeners.CloseAllBut(wanted))
            Output.Log($"{listener.Bound} is closed: the worker that serves has not asked for it");
    }
}
