namespace CrashShield.Servers;

/// <summary>What the process allocates while it does nothing, and a way to have it collect.</summary>
internal static class MemoryEndpoints
{
    public static void MapMemory(this WebApplication app)
    {
        // Both readings in one request: what a request allocates is not between them.
        app.MapGet("/idle-bytes", async (double seconds) =>
        {
            var before = GC.GetTotalAllocatedBytes(precise: true);
            await Task.Delay(TimeSpan.FromSeconds(seconds));
            return GC.GetTotalAllocatedBytes(precise: true) - before;
        });
        app.MapGet("/collect", () =>
        {
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            return "collected";
        });
    }
}
