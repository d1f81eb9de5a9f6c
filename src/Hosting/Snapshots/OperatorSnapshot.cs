using CrashShield.Hosting.Circuit;
using CrashShield.Hosting.Failures;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace CrashShield.Hosting.Snapshots;

/// <summary>
/// Saves the scene because somebody asks. Not held back for five minutes, as the circuit's own are: who asks three times in a row wants three. One at a time, and a second apart,
/// which is as fine as a bundle's name is.
/// </summary>
internal sealed class OperatorSnapshot(
    HealthCircuit circuit, SnapshotWriter writer, SnapshotMetrics metrics, IOptions<CrashShieldOptions> options, ILogger<OperatorSnapshot> logger, TimeProvider time)
{
    private static readonly TimeSpan MinInterval = TimeSpan.FromSeconds(1);

    private int _isBusy;
    private long _ended;

    /// <summary>Begins one, on a thread of its own: writing may take longer than a signal's thread has.</summary>
    /// <param name="by">Who asks, <c>SIGQUIT</c>: the reason in the bundle's name, in lower case.</param>
    public void Begin(string by)
    {
        if (Interlocked.Exchange(ref _isBusy, 1) == 1)
        {
            Refuse(by, "one is being written");
            return;
        }

        try
        {
            new Thread(() => Run(by)) { IsBackground = true, Name = "shield snapshot" }.Start();
        }
        catch (Exception)
        {
            Volatile.Write(ref _isBusy, 0);
            throw;
        }
    }

    /// <summary>Writes one, unless there was one just now.</summary>
    public void Take(string by)
    {
        if (!options.Value.Snapshots.Enabled)
            Refuse(by, "CrashShield:Snapshots:Enabled is false");
        else if (_ended != 0 && time.GetElapsedTime(_ended) < MinInterval)
            Refuse(by, "there was one less than a second ago");
        else
            Write(by);
    }

    private void Run(string by)
    {
        try
        {
            Take(by);
        }
        finally
        {
            Volatile.Write(ref _isBusy, 0);
        }
    }

    private void Write(string by)
    {
        var reason = ReasonOf(by);
        try
        {
            var state = circuit.State;
            var path = writer.Write(new(reason, $"asked for by {by}", state.Level, state.Since, circuit.Sources), CancellationToken.None);
            GuardedLog.Write(() => SnapshotLog.Written(logger, reason, path));
            GuardedLog.Write(() => metrics.Count(reason, SnapshotMetrics.Written));
        }
        catch (Exception e)
        {
            GuardedLog.Write(() => SnapshotLog.Failed(logger, reason, options.Value.Snapshots.Directory, e.GetType().FullName, ExceptionText.Message(e)));
            GuardedLog.Write(() => metrics.Count(reason, SnapshotMetrics.Failed));
        }
        finally
        {
            _ended = time.GetTimestamp();
        }
    }

    private void Refuse(string by, string why)
    {
        GuardedLog.Write(() => SnapshotLog.Refused(logger, ReasonOf(by), why));
        GuardedLog.Write(() => metrics.Count(ReasonOf(by), SnapshotMetrics.Limited));
    }

    // Part of a directory's name.
    private static string ReasonOf(string by) => by.ToLowerInvariant().Replace(' ', '-');
}
