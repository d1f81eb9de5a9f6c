using CrashShield.GuestApps.Running;
using CrashShield.GuestApps.Seen;

namespace CrashShield.GuestApps.Workers;

/// <summary>A worker with handlers of its own for what nobody has caught, and for Ctrl+C.</summary>
internal static class WorkerLostTask
{
    public static Guest Guest { get; } = new("worker-handlers", GuestKind.Worker, "https://github.com/dotnet/runtime/issues/68165", Build)
    {
        Ends = Ending.Itself,
        About = ["Hosting/Failures", "Hosting/Signals"],
    };

    private static IHost Build(GuestSetup setup)
    {
        var builder = setup.CreateHostBuilder();
        builder.Services.AddHostedService<Worker>();
        setup.Add(builder.Services, builder.Configuration, isWeb: false);
        AppDomain.CurrentDomain.FirstChanceException += (_, args) =>
        {
            if (args.Exception is NotSupportedException)
                SeenLog.Note($"first chance: {args.Exception.Message}");
        };
        Console.CancelKeyPress += (_, _) => SeenLog.Note("cancel key");
        return builder.Build();
    }

    private sealed class Worker(IHostApplicationLifetime lifetime) : BackgroundService
    {
        protected override async Task ExecuteAsync(CancellationToken stoppingToken)
        {
            var seen = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            TaskScheduler.UnobservedTaskException += (_, args) =>
            {
                SeenLog.Note($"own handler: {args.Exception.InnerException?.Message}");
                seen.TrySetResult();
            };
            await Task.Yield();
            Lose();
            while (!seen.Task.IsCompleted)
            {
                GC.Collect();
                GC.WaitForPendingFinalizers();
                await Task.Yield();
            }

            lifetime.StopApplication();
        }

        private static void Lose() => Task.Run(() => throw new NotSupportedException("lost"), CancellationToken.None);
    }
}
