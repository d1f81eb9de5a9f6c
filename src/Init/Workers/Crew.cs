using CrashShield.Init.Listeners;
using CrashShield.Init.Marker;

namespace CrashShield.Init.Workers;

/// <summary>Who is there: the worker that serves, the spare, those that finish what they have begun; and the sockets that they listen on.</summary>
internal sealed class Crew(IWorkerStarter starter, ListenerTable listeners, SpareKeeper spares, TimeSpan drain, TimeProvider time)
{
    public ListenerTable Listeners { get; } = listeners;

    public SpareKeeper Spares { get; } = spares;

    public RetiringWorkers Retiring { get; } = new(drain, time);

    public Worker? Serving { get; set; }

    /// <summary>Of the worker started last.</summary>
    public int Generation { get; private set; }

    /// <summary>Gets what workers say.</summary>
    public required Action<Worker, Message> Received { get; init; }

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

    /// <summary>Tells all of them what the init counts.</summary>
    public void Tell(Message figures, Worker? next)
    {
        foreach (var worker in Living(next))
            worker.Tell(figures);
    }

    /// <summary>Ends a spare that nobody needs any more.</summary>
    public void Retire(Worker spare)
    {
        if (spare.Startup!.Step == StartupStep.Ready)
        {
            spare.Link.Send(new Message(ControlType.Stop) { Reason = "The end of a spare" });
            Retiring.AddTold(spare);
            return;
        }

        spare.Kill("a spare of the old build");
        Retiring.AddKilled(spare);
    }

    /// <summary>Closes the sockets that nobody accepts on, and nobody will: a client is better refused than left waiting.</summary>
    /// <param name="next">The one that is to take over, if any.</param>
    /// <param name="isLast">Whether no worker comes after those that are there.</param>
    public void CloseUnwanted(Worker? next, bool isLast)
    {
        if (!isLast && (Serving is not { } serving || IsFollowed(serving)))
            return;
        // It has chosen to end, and the init with it.
        var ends = next is null && Serving is { EndsWith: 0 };
        if (!isLast && ends && Spares.StandDown() is { } spare)
            Retire(spare);

        IEnumerable<Worker?> acceptors = isLast ? [Serving is { HasOpened: true } last ? last : null] : [Serving, next, Spares.Worker];
        HashSet<Listener> wanted = [.. acceptors.OfType<Worker>().SelectMany(worker => worker.Sockets), .. Listeners.All.Where(listener => listener.IsUnits)];
        foreach (var listener in Listeners.CloseAllBut(wanted))
            Output.Log($"{listener.Bound} is closed: no worker accepts on it");
        if (isLast || ends)
            LeaveToLast(wanted, next);
    }

    // It keeps new clients out of what it alone has, so that nobody is in the queue of a socket that it closes.
    private void LeaveToLast(HashSet<Listener> sockets, Worker? next)
    {
        Listeners.LeaveToWorker(sockets);
        if (Serving is not { } last)
            return;
        HashSet<Listener> others = [.. Living(next).Where(worker => worker != last).SelectMany(worker => worker.Sockets)];
        last.TellSole(socket => !socket.IsHeld && !others.Contains(socket));
    }

    // One that is up has asked for all that it wants. Where it is to end with a failure, another comes.
    private static bool IsFollowed(Worker serving) => serving.Startup is { Step: not StartupStep.Serving } || serving.EndsWith is not (null or 0);
}
