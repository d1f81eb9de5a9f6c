using CrashShield.GuestApps.Running;
using CrashShield.GuestApps.Seen;

namespace CrashShield.GuestApps.Workers;

internal static class WorkerTemplate
{
    public static Guest Guest { get; } = new("worker", GuestKind.Worker, "dotnet new worker", Build) { IsShort = true, Work = 1, About = ["Hosting/Drain", "Hosting/Signals"] };

    private static IHost Build(GuestSetup setup)
    {
        var builder = setup.CreateHostBuilder();
        builder.Services.AddHostedService<Worker>();
        setup.Add(builder.Services, builder.Configuration, isWeb: false);
        return builder.Build();
    }

    private sealed class Worker(ILogger<Worker> logger) : BackgroundService
    {
        protected override async Task ExecuteAsync(CancellationToken stoppingToken)
        {
            logger.LogInformation("Worker running");
            RequestCount.Begin();
            await Task.Delay(Timeout.Infinite, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            SeenLog.Note("worker stopped");
        }
    }
}
