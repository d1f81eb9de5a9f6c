namespace CrashShield.Servers.Ordinary;

/// <summary>Handlers that keep their thread while they wait, as every synchronous driver does.</summary>
internal static class BlockingEndpoints
{
    private const int Hundred = 100;
    private static long _requests;

    public static void MapBlocking(this WebApplication app)
    {
        app.MapGet("/block", (int ms) => Block(ms));
        app.MapGet("/block-some", (int ms, int percent) => IsOneOf(percent) ? Block(ms) : "did not block");
        app.MapGet("/sync-over-async", (int ms) =>
        {
            Task.Delay(ms).GetAwaiter().GetResult();
            Task.Delay(ms).GetAwaiter().GetResult();
            return "waited twice";
        });
        app.MapGet("/mixed", (int ms, int iterations) => IsOneOf(Hundred / 2) ? Block(ms) : $"{WorkEndpoints.Spin(iterations)}");
    }

    private static string Block(int ms)
    {
        Thread.Sleep(ms);
        return "blocked";
    }

    // Counted, not drawn: each side of a comparison has to block exactly as often. Evenly spread, as a multiple of the share that passes a whole number.
    private static bool IsOneOf(int percent)
    {
        var number = Interlocked.Increment(ref _requests);
        return number * percent / Hundred != (number - 1) * percent / Hundred;
    }
}
