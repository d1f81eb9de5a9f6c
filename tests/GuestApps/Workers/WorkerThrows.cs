using CrashShield.GuestApps.Running;

namespace CrashShield.GuestApps.Workers;

internal static class WorkerThrows
{
    public static Guest Guest { get; } = new("worker-throws", GuestKind.Worker, "https://github.com/dotnet/runtime/issues/67146", Build)
    {
        IsShort = true,
        Ends = Ending.Itself,
        About = ["Hosting/Supervision", "Hosting/Failures"],
    };

    private static IHost Build(GuestSetup setup)
    {
        var builder = setup.CreateHostBuilder();
        builder.Services.AddHostedService<Worker>();
        setup.Add(builder.Services, builder.Configuration, isWeb: false);
        return builder.Build();
    }

    private sealed class Worker(IHostApplicationLifetime lifetime) : BackgroundService
    {
        protected override async Task ExecuteAsync(CancellationToken stoppingToken)
        {
            var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            lifetime.ApplicationStarted.Register(started.SetResult);
            await started.Task;
            throw new InvalidOperationException("the worker has failed");
        }
    }
}
