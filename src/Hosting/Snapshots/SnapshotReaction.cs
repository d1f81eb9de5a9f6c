using CrashShield.Hosting.Circuit;
using CrashShield.Hosting.Failures;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace CrashShield.Hosting.Snapshots;

/// <summary>Saves the scene once each time that the circuit has left <see cref="CircuitLevel.Closed"/> and a source worth it is in trouble, be it the first one or not.</summary>
internal sealed class SnapshotReaction(
    HealthCircuit circuit, SnapshotWriter writer, SnapshotMetrics metrics, IOptions<CrashShieldOptions> options, ILogger<SnapshotReaction> logger, TimeProvider time)
    : IObservesSources
{
    // Of a starved thread pool, a failed health check, a processor that is throttled or a container with many tasks the heap tells nothing.
    private static readonly (string Reason, string Begins)[] Reasons = [("memory", "memory:"), ("container", "container: memory"), ("leaks", "leaks:")];
    private static readonly TimeSpan MinInterval = TimeSpan.FromMinutes(5);

    private readonly Dictionary<string, long> _last = [];
    private bool _isTaken;

    public Task ReactAsync(CircuitTransition transition, CancellationToken cancellationToken)
    {
        // Changes that follow fast are put together: the one out of Closed may be left out, and so may the one back.
        if (transition.To == CircuitLevel.Closed || transition.From == CircuitLevel.Closed)
            _isTaken = false;
        if (transition.To == CircuitLevel.Closed || _isTaken || !options.Value.Snapshots.Enabled || ReasonOf(transition) is not { } reason)
            return Task.CompletedTask;

        _isTaken = true;
        var outcome = Take(reason, transition, cancellationToken);
        GuardedLog.Write(() => metrics.Count(reason, outcome));
        return Task.CompletedTask;
    }

    // The circuit puts the source's name before its reason.
    private static string? ReasonOf(CircuitTransition transition) =>
        Array.Find(Reasons, one => transition.Reason == one.Reason || transition.Reason?.StartsWith(one.Begins, StringComparison.Ordinal) == true).Reason;

    private string Take(string reason, CircuitTransition transition, CancellationToken cancellationToken)
    {
        if (_last.TryGetValue(reason, out var last) && time.GetElapsedTime(last) < MinInterval)
            return SnapshotMetrics.Limited;

        _last[reason] = time.GetTimestamp();
        try
        {
            var path = writer.Write(new(reason, transition.Reason, transition.To, transition.At, circuit.Sources), cancellationToken);
            GuardedLog.Write(() => SnapshotLog.Written(logger, reason, path));
            return SnapshotMetrics.Written;
        }
        catch (Exception e)
        {
            GuardedLog.Write(() => SnapshotLog.Failed(logger, reason, options.Value.Snapshots.Directory, e.GetType().FullName, ExceptionText.Message(e)));
            return SnapshotMetrics.Failed;
        }
    }
}
