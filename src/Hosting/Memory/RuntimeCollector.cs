namespace CrashShield.Hosting.Memory;

internal sealed class RuntimeCollector : IGarbageCollector
{
    public long Used => GC.GetTotalMemory(forceFullCollection: false);

    public int Count(int generation) => GC.CollectionCount(generation);

    public CollectionRecord Last(GCKind kind)
    {
        var info = GC.GetGCMemoryInfo(kind);
        // A background collection pauses twice.
        var pause = TimeSpan.Zero;
        foreach (var one in info.PauseDurations)
            pause += one;
        // Large and pinned objects are collected with generation 2 and have no part in a young collection.
        long before = 0;
        for (var generation = 0; generation <= info.Generation; generation++)
            before += info.GenerationInfo[generation].SizeBeforeBytes;
        return new(info.Index, pause, before, info.PromotedBytes, info.HeapSizeBytes - info.FragmentedBytes, info.TotalAvailableMemoryBytes);
    }

    public void CollectInBackground() => GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: false);
}
