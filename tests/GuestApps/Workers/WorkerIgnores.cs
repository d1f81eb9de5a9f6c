using CrashShield.GuestApps.Running;
using CrashShield.GuestApps.Seen;

namespace CrashShield.GuestApps.Workers;

internal static class WorkerIgnores
{
    public static Guest Guest { get; } = new("worker-ignores", GuestKind.Worker, "https://github.com/dotnet/runtime/issues/43637", Build) { Work = 1 };

    private static IHost Build(GuestSetup setup)
    {
        var builder = setup.CreateHostBuilder();
        builder.Services.Configure<HostOptions>(options => options.BackgroundServiceExceptionBehavior = BackgroundServiceExceptionBehavior.Ignore);
        builder.Services.AddHostedService<Failing>();
        builder.Services.AddHostedService<Living>();
        setup.Add(builder.Services, builder.Configuration, isWeb: false);
        return builder.Build();
    }

    private sealed class Failing : BackgroundService
    {
        protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.FromException(new InvalidOperationException("ignored"));
    }

    private sealed class Living(ILogger<Living> logger) : BackgroundService
    {
        protected override async Task ExecuteAsync(CancellationToken stoppingToken)
        {
            logger.LogInformation("Living on");
            await SeenLog.WaitForAsync("ignored", stoppingToken);
            RequestCount.Begin();
            await Task.Delay(Timeout.Infinite, stoppingToken);
        }
    }
}
