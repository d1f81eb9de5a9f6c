namespace CrashShield.Hosting.Snapshots;

/// <summary>The last collection of one kind; index 0 when there has been none.</summary>
internal sealed record GcCollectionReport(
    GCKind Kind, long Index, int Generation, bool Concurrent, bool Compacted, double PauseTimePercentage, TimeSpan[] Pauses, long HeapSizeBytes,
    long FragmentedBytes, long PromotedBytes, long TotalCommittedBytes, long TotalAvailableMemoryBytes, long HighMemoryLoadThresholdBytes, long MemoryLoadBytes,
    long PinnedObjects, long FinalizationPending, GcGenerationReport[] Generations)
{
    public static GcCollectionReport Of(GCKind kind)
    {
        var info = GC.GetGCMemoryInfo(kind);
        return new(
            kind, info.Index, info.Generation, info.Concurrent, info.Compacted, info.PauseTimePercentage, info.PauseDurations.ToArray(), info.HeapSizeBytes,
            info.FragmentedBytes, info.PromotedBytes, info.TotalCommittedBytes, info.TotalAvailableMemoryBytes, info.HighMemoryLoadThresholdBytes,
            info.MemoryLoadBytes, info.PinnedObjectsCount, info.FinalizationPendingCount, GcGenerationReport.Of(info.GenerationInfo));
    }
}
