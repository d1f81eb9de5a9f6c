using CrashShield.GuestApps.Running;
using CrashShield.GuestApps.Seen;

namespace CrashShield.GuestApps.Workers;

internal static class WorkerFailsToStart
{
    public static Guest Guest { get; } = new("worker-fails-to-start", GuestKind.Worker, "https://github.com/dotnet/runtime/pull/50569", Build)
    {
        Ends = Ending.Itself,
    };

    private static IHost Build(GuestSetup setup)
    {
        var builder = setup.CreateHostBuilder();
        builder.Services.AddHostedService<Failing>();
        builder.Services.AddHostedService<NeverStarted>();
        setup.Add(builder.Services, builder.Configuration, isWeb: false);
        return builder.Build();
    }

    private sealed class Failing : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken) => throw new InvalidOperationException("cannot start");

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }

    private sealed class NeverStarted : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken)
        {
            SeenLog.Note("started all the same");
            return Task.CompletedTask;
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
