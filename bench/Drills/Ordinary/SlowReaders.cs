using CrashShield.Drills.Restart;
using CrashShield.Load;

namespace CrashShield.Drills.Ordinary;

/// <summary>Clients that download at the pace of a slow line, one download each.</summary>
internal static class SlowReaders
{
    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(20);

    /// <returns>How many got the whole of it.</returns>
    public static async Task<Beside> ReadAsync(Uri server, string path, int count, double bytesPerSecond, CancellationToken over)
    {
        var target = Target.Parse(new Uri(server, path).ToString());
        using var timer = new PeriodicTimer(Between);
        var readers = new List<Task<SlowDownload>>();
        while (readers.Count < count && !over.IsCancellationRequested)
        {
            readers.Add(SlowDownload.RunAsync(target, bytesPerSecond, () => 0, CancellationToken.None));
            await timer.WaitForNextTickAsync(CancellationToken.None);
        }

        return Beside.Of([.. (await Task.WhenAll(readers)).Select(reader => reader.Outcome == Outcome.Ok)]);
    }
}
