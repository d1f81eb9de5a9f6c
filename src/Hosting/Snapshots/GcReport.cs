using System.Runtime;
using System.Text.Json;

namespace CrashShield.Hosting.Snapshots;

/// <summary><c>gc.json</c>: the state of the managed heap and its last collection of each kind.</summary>
internal sealed record GcReport(
    long UsedBytes, long AllocatedBytes, TimeSpan TotalPause, int[] Collections, bool IsServer, GCLatencyMode LatencyMode, GcCollectionReport[] Last)
{
    public static SnapshotStep Step { get; } = new("gc.json", stream => JsonSerializer.Serialize(stream, Take(), SnapshotJson.Default.GcReport));

    private static GcReport Take() => new(
        GC.GetTotalMemory(forceFullCollection: false),
        GC.GetTotalAllocatedBytes(),
        GC.GetTotalPauseDuration(),
        [.. Enumerable.Range(0, GC.MaxGeneration + 1).Select(GC.CollectionCount)],
        GCSettings.IsServerGC,
        GCSettings.LatencyMode,
        [.. new[] { GCKind.Ephemeral, GCKind.Background, GCKind.FullBlocking }.Select(GcCollectionReport.Of)]);
}
