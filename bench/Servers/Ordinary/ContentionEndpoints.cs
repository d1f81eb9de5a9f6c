namespace CrashShield.Servers.Ordinary;

/// <summary>Requests that wait for each other.</summary>
internal static class ContentionEndpoints
{
    private const int Connections = 20;

    private static readonly Lock Convoy = new();
    private static readonly SemaphoreSlim Pool = new(Connections);

    public static void MapContention(this WebApplication app)
    {
        app.MapGet("/convoy", (int ms) =>
        {
            lock (Convoy)
                Thread.Sleep(ms);
            return "held the lock";
        });
        // As a synchronous database client: it blocks for a connection, and then on it.
        app.MapGet("/pooled", (int ms) =>
        {
            Pool.Wait();
            try
            {
                Thread.Sleep(ms);
                return "held a connection";
            }
            finally
            {
                Pool.Release();
            }
        });
    }
}
