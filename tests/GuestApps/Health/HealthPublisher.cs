using CrashShield.GuestApps.Plays;
using CrashShield.GuestApps.Running;
using CrashShield.GuestApps.Seen;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace CrashShield.GuestApps.Health;

/// <summary>Health that is published, not asked for.</summary>
internal static class HealthPublisher
{
    public static Guest Guest { get; } = new("health-publisher", GuestKind.Api, "dotnet/AspNetCore.Docs, health check publisher", Build)
    {
        Plays = [Play.Get("/published")],
    };

    private static WebApplication Build(GuestSetup setup)
    {
        var builder = setup.CreateBuilder();
        builder.Services.AddHealthChecks().AddCheck("self", () => HealthCheckResult.Healthy());
        builder.Services.Configure<HealthCheckPublisherOptions>(options => options.Delay = TimeSpan.Zero);
        var publisher = new Noting();
        builder.Services.AddSingleton<IHealthCheckPublisher>(publisher);
        setup.Add(builder);
        var app = builder.Build();
        setup.Use(app);
        app.MapGet("/published", async () => await publisher.First.Task);
        return app;
    }

    private sealed class Noting : IHealthCheckPublisher
    {
        public TaskCompletionSource<string> First { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task PublishAsync(HealthReport report, CancellationToken cancellationToken)
        {
            SeenLog.Note($"published {report.Status} of {report.Entries.Count}");
            First.TrySetResult($"{report.Status}");
            return Task.CompletedTask;
        }
    }
}
