using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using CrashShield.Hosting.Failures;

namespace CrashShield.Hosting.Snapshots;

/// <summary>Writes one bundle: each file by its step, the manifest last, and only then the name by which it is found.</summary>
internal sealed class SnapshotWriter(string directory, IReadOnlyList<SnapshotStep> steps, TimeProvider time)
{
    /// <summary>Writes a bundle and makes room for it.</summary>
    /// <returns>Where it is.</returns>
    public string Write(SnapshotTrigger trigger, CancellationToken cancellationToken)
    {
        BundleFiles.CreateDirectory(directory);
        SnapshotRetention.Apply(directory, time.GetUtcNow());

        var stamp = time.GetUtcNow().UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);
        var path = Path.Combine(directory, $"{SnapshotRetention.Prefix}{stamp}-{Environment.ProcessId}-{trigger.Reason}");
        var partial = path + SnapshotRetention.Partial;
        try
        {
            BundleFiles.CreateDirectory(partial);
            Fill(partial, trigger, cancellationToken);
            Directory.Move(partial, path);
            return path;
        }
        catch (Exception)
        {
            SnapshotRetention.TryDelete(partial);
            throw;
        }
    }

    private void Fill(string path, SnapshotTrigger trigger, CancellationToken cancellationToken)
    {
        var (files, results) = (new List<SnapshotFile>(), new List<SnapshotStepResult>());
        foreach (var step in steps)
        {
            if (cancellationToken.IsCancellationRequested)
            {
                results.Add(SnapshotStepResult.Skipped(step.File, "the time was up"));
                continue;
            }

            var file = Path.Combine(path, step.File);
            try
            {
                BundleFiles.Write(file, step.Write);
                files.Add(Describe(file));
                results.Add(SnapshotStepResult.Ok(step.File));
            }
            catch (Exception e)
            {
                // Half a file would only mislead its reader.
                BundleFiles.TryDelete(file);
                results.Add(SnapshotStepResult.Failed(step.File, $"{e.GetType().FullName}: {ExceptionText.Message(e)}"));
            }
        }

        var manifest = new SnapshotManifest(
            SnapshotManifest.CurrentSchema, trigger.Reason, trigger, time.GetUtcNow(), Environment.ProcessId, SnapshotVersions.Current, files, results);
        BundleFiles.Write(
            Path.Combine(path, SnapshotManifest.FileName), stream => JsonSerializer.Serialize(stream, manifest, SnapshotJson.Default.SnapshotManifest));
    }

    private static SnapshotFile Describe(string path)
    {
        using var stream = File.OpenRead(path);
        return new(Path.GetFileName(path), stream.Length, Convert.ToHexStringLower(SHA256.HashData(stream)));
    }
}
