namespace CrashShield.Servers;

/// <summary>What the process allocates while it does nothing, and a way to have it collect.</summary>
internal static class MemoryEndpoints
{
    public static void MapMemory(this WebApplication app)
    {
        app.MapGet("/idle-bytes", IdleSeconds.ReadAsync);
        app.MapGet("/collect", () =>
        {
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            return "collected";
        });
    }
}
