using CrashShield.Hosting.Failures;
using CrashShield.Hosting.Scheduling;
using Microsoft.Extensions.Logging;

namespace CrashShield.Hosting.Circuit;

/// <summary>
/// Has one reaction run, one change at a time, and watched by a job of its own meanwhile, as a cancellation runs callbacks of the application. By the schedule's threads, which start with the
/// host: when there is something to react to, there may be no thread left to start.
/// </summary>
internal sealed class ReactionWorker(ICircuitReaction reaction, TimeSpan timeout, ILogger logger, TimeProvider time)
{
    private static readonly TimeSpan CheckInterval = TimeSpan.FromMilliseconds(250);

    private readonly Lock _lock = new();
    private CircuitTransition? _next;
    private RunningReaction? _running;
    private ScheduledJob? _reacting;
    private ScheduledJob? _watching;
    private bool _isStopped;

    /// <summary>Whether it is told of a further source in trouble, too.</summary>
    public bool IsObserver => reaction is IObservesSources;

    private string Name => reaction.GetType().Name;

    public void Start(ShieldSchedule schedule) => (_reacting, _watching) = (schedule.Add(Work), schedule.Add(Watch));

    /// <summary>Takes no further change. What is queued is still done.</summary>
    public void Stop()
    {
        lock (_lock)
            _isStopped = true;
    }

    /// <summary>Queues a change. One that waits already is replaced: a reaction looks at the level alone.</summary>
    public void Post(CircuitTransition transition)
    {
        lock (_lock)
        {
            if (_isStopped)
                return;
            _next = transition;
        }

        _reacting?.RunNow();
    }

    /// <summary>Reports a reaction that takes too long, once. Called by another thread: the reaction may block its own.</summary>
    public void Check()
    {
        if (Volatile.Read(ref _running) is not { IsToldStuck: false } running || time.GetElapsedTime(running.Started) < timeout)
            return;

        running.IsToldStuck = true;
        TellStuck(running.Transition);
        try
        {
            running.Bound.Cancel();
        }
        catch (Exception e)
        {
            // Somebody's callback.
            TellFailed(e, running.Transition);
        }
    }

    // Only while the reaction runs.
    private void Watch()
    {
        Check();
        if (Volatile.Read(ref _running) is { IsToldStuck: false })
            _watching!.RunAfter(CheckInterval);
    }

    private void Work()
    {
        while (Take() is { } transition)
            React(transition);
    }

    private CircuitTransition? Take()
    {
        lock (_lock)
        {
            var next = _next;
            _next = null;
            return next;
        }
    }

    private void React(CircuitTransition transition)
    {
        var running = new RunningReaction(transition, time.GetTimestamp());
        Volatile.Write(ref _running, running);
        _watching!.RunAfter(timeout < CheckInterval ? timeout : CheckInterval);
        try
        {
            reaction.ReactAsync(transition, running.Bound.Token).GetAwaiter().GetResult();
        }
        catch (Exception e)
        {
            TellFailed(e, transition);
        }
        finally
        {
            Volatile.Write(ref _running, null);
        }
    }

    // Out of line: a lambda that captures a variable is allocated where that is declared, so with every look.
    private void TellStuck(CircuitTransition transition) => GuardedLog.Write(() =>
        CircuitLog.ReactionStuck(logger, Name, transition.To, timeout));

    private void TellFailed(Exception e, CircuitTransition transition) => GuardedLog.Write(() =>
        CircuitLog.ReactionFailed(logger, LoggableException.Of(e), Name, transition.To, e.GetType().FullName));

    // The source is not disposed of: the one who cancels it may be at it, and without a timer there is nothing to free.
    private sealed record RunningReaction(CircuitTransition Transition, long Started)
    {
        public CancellationTokenSource Bound { get; } = new();

        public bool IsToldStuck { get; set; }
    }
}
