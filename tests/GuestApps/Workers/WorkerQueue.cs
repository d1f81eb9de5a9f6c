using System.Threading.Channels;
using CrashShield.GuestApps.Running;
using CrashShield.GuestApps.Seen;

namespace CrashShield.GuestApps.Workers;

/// <summary>A queue of work, of which one item fails, with a scope of services for each.</summary>
internal static class WorkerQueue
{
    private const int Items = 4;

    public static Guest Guest { get; } = new("worker-queue", GuestKind.Worker, "dotnet/docs, queued hosted service", Build) { Ends = Ending.Itself };

    private static IHost Build(GuestSetup setup)
    {
        var builder = setup.CreateHostBuilder();
        builder.Services.AddSingleton(Channel.CreateUnbounded<int>());
        builder.Services.AddScoped<Unit>();
        builder.Services.AddHostedService<Consumer>();
        setup.Add(builder.Services, builder.Configuration, isWeb: false);
        return builder.Build();
    }

    private sealed class Unit : IDisposable
    {
        public void Do(int item)
        {
            if (item == 2)
                throw new InvalidOperationException($"item {item}");
            SeenLog.Note($"did {item}");
        }

        public void Dispose() => SeenLog.Note("unit disposed");
    }

    private sealed class Consumer(Channel<int> queue, IServiceScopeFactory scopes, ILogger<Consumer> logger, IHostApplicationLifetime lifetime) : BackgroundService
    {
        protected override async Task ExecuteAsync(CancellationToken stoppingToken)
        {
            var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            lifetime.ApplicationStarted.Register(started.SetResult);
            await started.Task;
            for (var i = 0; i < Items; i++)
                queue.Writer.TryWrite(i);
            queue.Writer.Complete();
            await foreach (var item in queue.Reader.ReadAllAsync(stoppingToken))
                Do(item);
            Environment.ExitCode = 3;
            lifetime.StopApplication();
        }

        private void Do(int item)
        {
            try
            {
                using var scope = scopes.CreateScope();
                scope.ServiceProvider.GetRequiredService<Unit>().Do(item);
            }
            catch (InvalidOperationException e)
            {
                logger.LogError(e, "Item {Item} failed", item);
            }
        }
    }
}
