using CrashShield.GuestApps.Running;
using CrashShield.GuestApps.Seen;

namespace CrashShield.GuestApps.Workers;

/// <summary>Ended as orchestrators end it, with all settings as they come.</summary>
internal static class WorkerBySignal
{
    public static Guest Guest { get; } = new("worker-signal", GuestKind.Worker, "dotnet new worker, ended by SIGTERM", Build)
    {
        IsShort = true,
        Ends = Ending.Signal,
        Work = 1,
        About = ["Hosting/Drain", "Hosting/Signals"],
    };

    private static IHost Build(GuestSetup setup)
    {
        var builder = setup.CreateHostBuilder();
        builder.Services.AddHostedService<Worker>();
        setup.Add(builder.Services, builder.Configuration, isWeb: false);
        AppDomain.CurrentDomain.ProcessExit += (_, _) => SeenLog.Note("process exit");
        return builder.Build();
    }

    private sealed class Worker(IHostApplicationLifetime lifetime) : BackgroundService
    {
        protected override async Task ExecuteAsync(CancellationToken stoppingToken)
        {
            lifetime.ApplicationStopping.Register(() => SeenLog.Note("stopping"));
            lifetime.ApplicationStopped.Register(() => SeenLog.Note("stopped"));
            RequestCount.Begin();
            await Task.Delay(Timeout.Infinite, stoppingToken);
        }
    }
}
