using CrashShield.Hosting.Failures;
using Microsoft.Extensions.Logging;

namespace CrashShield.Hosting.Circuit;

/// <summary>Runs one reaction on a thread of its own, which exists only while there is something to react to.</summary>
internal sealed class ReactionWorker(ICircuitReaction reaction, TimeSpan timeout, ILogger logger)
{
    private readonly Lock _lock = new();
    private CircuitTransition? _next;
    private bool _isRunning;

    private string Name => reaction.GetType().Name;

    /// <summary>Queues a change. One that waits already is replaced: a reaction looks at the level alone.</summary>
    public void Post(CircuitTransition transition)
    {
        lock (_lock)
        {
            _next = transition;
            if (_isRunning)
                return;
            _isRunning = true;
        }

        new Thread(Run) { IsBackground = true, Name = "shield reaction" }.Start();
    }

    private void Run()
    {
        while (Take() is { } transition)
        {
            try
            {
                React(transition);
            }
            catch (Exception e)
            {
                GuardedLog.Write(() => CircuitLog.ReactionFailed(logger, LoggableException.Of(e), Name, transition.To, e.GetType().FullName));
            }
        }
    }

    private CircuitTransition? Take()
    {
        lock (_lock)
        {
            var next = _next;
            _next = null;
            _isRunning = next is not null;
            return next;
        }
    }

    private void React(CircuitTransition transition)
    {
        using var bound = new CancellationTokenSource();
        // Reported by a timer of the thread's own: the reaction may block it.
        using var watch = new ReactionWatch(timeout, () =>
        {
            GuardedLog.Write(() => CircuitLog.ReactionStuck(logger, Name, transition.To, timeout));
            bound.Cancel();
        });
        reaction.ReactAsync(transition, bound.Token).GetAwaiter().GetResult();
    }
}
