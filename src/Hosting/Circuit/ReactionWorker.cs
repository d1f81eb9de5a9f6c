using CrashShield.Hosting.Failures;
using Microsoft.Extensions.Logging;

namespace CrashShield.Hosting.Circuit;

/// <summary>
/// Runs one reaction on a thread of its own and watches it from another, as a cancellation runs callbacks of the application. Both start with the host: when there is something to
/// react to, there may be no thread left to start.
/// </summary>
internal sealed class ReactionWorker(ICircuitReaction reaction, TimeSpan timeout, ILogger logger, TimeProvider time)
{
    private static readonly TimeSpan CheckInterval = TimeSpan.FromMilliseconds(250);

    // Waited on too, which a Lock cannot be.
    private readonly object _lock = new();
    private CircuitTransition? _next;
    private RunningReaction? _running;
    private bool _isStopped;

    /// <summary>Whether it is told of a further source in trouble, too.</summary>
    public bool IsObserver => reaction is IObservesSources;

    private string Name => reaction.GetType().Name;

    public void Start()
    {
        new Thread(Loop) { IsBackground = true, Name = "shield reaction" }.Start();
        // No timer: those need the thread pool, which may be what is in trouble.
        new Thread(Watch) { IsBackground = true, Name = "shield watch" }.Start();
    }

    /// <summary>Ends the threads once what is queued is done.</summary>
    public void Stop()
    {
        lock (_lock)
        {
            _isStopped = true;
            Monitor.PulseAll(_lock);
        }
    }

    /// <summary>Queues a change. One that waits already is replaced: a reaction looks at the level alone.</summary>
    public void Post(CircuitTransition transition)
    {
        lock (_lock)
        {
            _next = transition;
            Monitor.PulseAll(_lock);
        }
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

    private void Watch()
    {
        while (!IsStopped())
            Check();
    }

    // After a while; at once when it is stopped. Being woken by a change as well does no harm.
    private bool IsStopped()
    {
        lock (_lock)
        {
            if (!_isStopped)
                Monitor.Wait(_lock, CheckInterval);
            return _isStopped;
        }
    }

    private void Loop()
    {
        while (Take() is { } transition)
            React(transition);
    }

    private CircuitTransition? Take()
    {
        lock (_lock)
        {
            while (_next is null && !_isStopped)
                Monitor.Wait(_lock);
            var next = _next;
            _next = null;
            return next;
        }
    }

    private void React(CircuitTransition transition)
    {
        var running = new RunningReaction(transition, time.GetTimestamp());
        Volatile.Write(ref _running, running);
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
