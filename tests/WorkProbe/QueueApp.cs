using System.Threading.Channels;

namespace CrashShield.WorkProbe;

/// <summary>A web service that takes orders and works them off in the background, from a queue in its memory.</summary>
internal static class QueueApp
{
    public static WebApplication Build(Ledger ledger, string[] settings)
    {
        var builder = WebApplication.CreateBuilder(settings);
        builder.AddCrashShield();
        builder.Services.AddSingleton(ledger);
        builder.Services.AddSingleton(Channel.CreateUnbounded<string>());
        builder.Services.AddHostedService<QueueWorker>();
        var app = builder.Build();
        app.UseCrashShield();
        app.MapGet("/", () => Environment.ProcessId);
        app.MapPost("/orders/{id}", async (string id, int ms, Channel<string> queue) =>
        {
            await Task.Delay(ms);
            await queue.Writer.WriteAsync(id);
            return Results.Accepted();
        });
        return app;
    }

    private sealed class QueueWorker(Channel<string> queue, Ledger ledger) : BackgroundService
    {
        protected override async Task ExecuteAsync(CancellationToken stoppingToken)
        {
            await foreach (var order in queue.Reader.ReadAllAsync(stoppingToken))
                ledger.Write("orders", order);
        }
    }
}
