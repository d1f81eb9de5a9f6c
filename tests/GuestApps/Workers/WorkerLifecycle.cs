using CrashShield.GuestApps.Running;
using CrashShield.GuestApps.Seen;

namespace CrashShield.GuestApps.Workers;

/// <summary>Every moment of a hosted service's life, of two that depend on their order.</summary>
internal static class WorkerLifecycle
{
    public static Guest Guest { get; } = new("worker-lifecycle", GuestKind.Worker, "dotnet/docs, IHostedLifecycleService", Build) { About = ["Hosting/Drain", "Hosting/Cleanup"] };

    private static IHost Build(GuestSetup setup)
    {
        var builder = setup.CreateHostBuilder();
        builder.Services.AddSingleton<IHostedService>(_ => new Noting("first"));
        setup.Add(builder.Services, builder.Configuration, isWeb: false);
        builder.Services.AddSingleton<IHostedService>(_ => new Noting("second"));
        return builder.Build();
    }

    private sealed class Noting(string name) : IHostedLifecycleService, IDisposable
    {
        private static readonly List<string> All = [];

        public Task StartingAsync(CancellationToken cancellationToken) => NoteAsync("starting");

        public Task StartAsync(CancellationToken cancellationToken) => NoteAsync("start");

        public Task StartedAsync(CancellationToken cancellationToken) => NoteAsync("started");

        public Task StoppingAsync(CancellationToken cancellationToken) => NoteAsync("stopping");

        public Task StopAsync(CancellationToken cancellationToken) => NoteAsync("stop");

        public Task StoppedAsync(CancellationToken cancellationToken) => NoteAsync("stopped");

        public void Dispose() => NoteAsync("dispose");

        // With all that came before: it is the order that counts.
        private Task NoteAsync(string moment)
        {
            lock (All)
            {
                All.Add($"{name} {moment}");
                SeenLog.Note(string.Join(", ", All));
            }

            return Task.CompletedTask;
        }
    }
}
