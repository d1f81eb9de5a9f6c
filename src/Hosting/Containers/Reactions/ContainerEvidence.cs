using CrashShield.Hosting.Circuit;
using CrashShield.Hosting.Failures;
using CrashShield.Hosting.Snapshots;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace CrashShield.Hosting.Containers.Reactions;

/// <summary>Saves what a container looked like when a limit became critical: in the log, and as a bundle, of which there is at most one in five minutes for each reason.</summary>
internal sealed class ContainerEvidence(
    KernelRoot root, HealthCircuit circuit, SnapshotMetrics metrics, IOptions<CrashShieldOptions> options, ILogger<ContainerReaction> logger, TimeProvider time)
{
    private const int LoggedGroups = 5;
    private static readonly TimeSpan MinInterval = TimeSpan.FromMinutes(5);

    private readonly ContainerScene _scene = new(root.Path);
    private readonly Dictionary<string, long> _last = [];
    private bool _isLimited;

    /// <summary>What it was saved for last.</summary>
    public string Reason { get; private set; } = "";

    /// <summary>An episode begins.</summary>
    public void Begin(string reason, string why)
    {
        Reason = reason;
        GuardedLog.Write(() => ContainerLog.Critical(logger, why));
        TellThreads();
        if (!options.Value.Snapshots.Enabled)
            return;

        _isLimited = _last.TryGetValue(reason, out var last) && time.GetElapsedTime(last) < MinInterval;
        if (_isLimited)
            GuardedLog.Write(() => metrics.Count(reason, SnapshotMetrics.Limited));
        else
            Save(reason, why);
    }

    /// <summary>The episode comes to a restart, and is not to do so without evidence of its own.</summary>
    public void Complete(string reason, string why)
    {
        if (_isLimited)
            Save(reason, why);
        _isLimited = false;
    }

    private void Save(string reason, string why)
    {
        _last[reason] = time.GetTimestamp();
        var directory = options.Value.Snapshots.Directory;
        try
        {
            var state = circuit.State;
            var path = new SnapshotWriter(directory, [.. _scene.Steps, GcReport.Step], time)
                .Write(new(reason, why, state.Level, state.Since, circuit.Sources), CancellationToken.None);
            GuardedLog.Write(() => SnapshotLog.Written(logger, reason, path));
            GuardedLog.Write(() => metrics.Count(reason, SnapshotMetrics.Written));
        }
        catch (Exception e)
        {
            GuardedLog.Write(() => SnapshotLog.Failed(logger, reason, directory, e.GetType().FullName, ExceptionText.Message(e)));
            GuardedLog.Write(() => metrics.Count(reason, SnapshotMetrics.Failed));
        }
    }

    private void TellThreads()
    {
        var groups = _scene.Threads();
        if (groups.Count > 0)
            GuardedLog.Write(() => ContainerLog.Threads(logger, groups.Sum(group => group.Ids.Count), string.Join("; ", groups.Take(LoggedGroups).Select(group => group.Title))));
    }
}
