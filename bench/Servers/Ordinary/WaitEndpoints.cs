namespace CrashShield.Servers.Ordinary;

/// <summary>Waits that need no thread.</summary>
internal static class WaitEndpoints
{
    private static readonly TimeSpan EventEvery = TimeSpan.FromSeconds(1);

    public static void MapWaits(this WebApplication app)
    {
        app.MapGet("/delay", async (int ms, CancellationToken cancellationToken) =>
        {
            await Task.Delay(ms, cancellationToken);
            return "waited";
        });
        app.MapGet("/events", async (HttpResponse response, CancellationToken cancellationToken) =>
        {
            response.ContentType = "text/event-stream";
            using var timer = new PeriodicTimer(EventEvery);
            try
            {
                do
                    await response.WriteAsync("data: tick\n\n", cancellationToken);
                while (await timer.WaitForNextTickAsync(cancellationToken));
            }
            catch (OperationCanceledException)
            {
                // The client has left, which is how such a response ends.
            }
        });
    }
}
