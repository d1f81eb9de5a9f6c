using CrashShield.Hosting.Circuit;
using CrashShield.Hosting.Serving;

namespace CrashShield.FailureProbe;

/// <summary>The ways to fail, by the name that the tests give.</summary>
internal static class Failures
{
    public static void Add(IServiceCollection services, string failure)
    {
        services.AddShutdownStep("print", (_, _) =>
        {
            Console.WriteLine("chain");
            return default;
        });
        switch (failure)
        {
            case "service":
                services.AddSupervisedService<FailingService>(new() { MaxRestarts = 0 });
                break;
            case "source":
                services.AddPressureSource<WorstSource>();
                break;
            case "pool":
                services.AddHostedService<PoolBlocker>();
                break;
            case "call":
                services.AddHostedService<Caller>();
                break;
            case "call-at-start":
                services.AddHostedService<EarlyCaller>();
                break;
            case "call-at-start-given-up":
                services.AddHostedService<GivenUpCaller>();
                break;
            case "call-and-hang":
                services.AddHostedService<Caller>();
                services.AddHostedService<HangingService>();
                break;
            case "call-and-hang-stopping":
                services.AddHostedService<Caller>();
                services.AddHostedService<HangingWhileStopping>();
                break;
            case "call-and-hang-stopped":
                services.Insert(0, ServiceDescriptor.Singleton<IHostedService, HangingOnceStopped>());
                services.AddHostedService<Caller>();
                break;
            case "call-and-hang-main":
                services.AddHostedService<Caller>();
                new Thread(static () => Thread.Sleep(Timeout.Infinite)).Start();
                break;
            case "call-and-hang-callback":
                services.AddHostedService<Caller>();
                services.AddHostedService<HangingCallback>();
                break;
            case "file":
                services.AddHostedService<FileWatcher>();
                break;
            case "slow-start":
                services.AddHostedService<SlowStart>();
                break;
            case "background":
                services.AddHostedService<FailingOnceStarted>();
                break;
            case "background-serving":
                services.AddHostedService<FailingWhileServing>();
                break;
            case "background-timeout":
                services.AddHostedService<TimedOutService>();
                break;
            case "background-with-status":
                services.AddHostedService<FailingOnceStarted>();
                AppDomain.CurrentDomain.ProcessExit += (_, _) => Environment.ExitCode = 3;
                break;
            case "background-ignored":
                services.Configure<HostOptions>(options => options.BackgroundServiceExceptionBehavior = BackgroundServiceExceptionBehavior.Ignore);
                services.AddHostedService<FailingService>();
                break;
            case "background-in-stop":
                services.AddHostedService<FailingStop>();
                break;
            case "background-linked":
                services.AddHostedService<LinkedService>();
                services.AddHostedService<DoneService>();
                break;
            case "background-ends":
                services.AddHostedService<StoppingService>();
                break;
            default:
                throw new ArgumentException($"There is no failure '{failure}'.", nameof(failure));
        }
    }

    private static void Fail(HealthCircuit circuit)
    {
        Console.WriteLine("fails");
        circuit.Fail("the test asked for it");
    }

    private sealed class FailingService : BackgroundService
    {
        protected override Task ExecuteAsync(CancellationToken stoppingToken)
        {
            Console.WriteLine("fails");
            throw new InvalidOperationException("the service throws");
        }
    }

    private sealed class FailingOnceStarted(IHostApplicationLifetime lifetime) : BackgroundService
    {
        protected override async Task ExecuteAsync(CancellationToken stoppingToken)
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, lifetime.ApplicationStarted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw new InvalidOperationException("the service throws");
        }
    }

    private sealed class FailingWhileServing : BackgroundService
    {
        protected override async Task ExecuteAsync(CancellationToken stoppingToken)
        {
            await Task.Delay(TimeSpan.FromSeconds(2), stoppingToken);
            throw new InvalidOperationException("the service throws");
        }
    }

    // Beside another process it takes for ever.
    [RunsWhileWaiting]
    private sealed class SlowStart : IHostedService
    {
        public async Task StartAsync(CancellationToken cancellationToken)
        {
            if (Hosting.Handoff.WorkerBuild.CurrentGeneration == 1)
                return;
            Console.WriteLine("starts");
            await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }

    // As a client's timeout shows.
    private sealed class TimedOutService : BackgroundService
    {
        protected override async Task ExecuteAsync(CancellationToken stoppingToken)
        {
            using var late = new CancellationTokenSource(TimeSpan.FromMilliseconds(100));
            await Task.Delay(Timeout.InfiniteTimeSpan, late.Token);
        }
    }

    private sealed class FailingStop : BackgroundService
    {
        protected override async Task ExecuteAsync(CancellationToken stoppingToken)
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw new InvalidOperationException("the service throws in its stop");
        }
    }

    // Ends the host itself, which ends what it waits for before the host stops it.
    private sealed class StoppingService(IHostApplicationLifetime lifetime) : BackgroundService
    {
        protected override async Task ExecuteAsync(CancellationToken stoppingToken)
        {
            lifetime.ApplicationStarted.Register(lifetime.StopApplication);
            await Task.Delay(Timeout.InfiniteTimeSpan, lifetime.ApplicationStopping);
        }
    }

    private sealed class WorstSource : IPressureSource
    {
        public string Name => "worst";

        public TimeSpan Interval { get; } = TimeSpan.FromMilliseconds(100);

        public PressureReading Read() => new(1, "the test asked for it");
    }

    // Started threads of the pool never come back: a deadlock.
    private sealed class PoolBlocker : BackgroundService
    {
        protected override Task ExecuteAsync(CancellationToken stoppingToken)
        {
            for (var i = 0; i < 100; i++)
                ThreadPool.UnsafeQueueUserWorkItem(static _ => Thread.Sleep(Timeout.Infinite), null);
            return Task.CompletedTask;
        }
    }

    private sealed class Caller(HealthCircuit circuit, IHostApplicationLifetime lifetime) : BackgroundService
    {
        protected override Task ExecuteAsync(CancellationToken stoppingToken)
        {
            lifetime.ApplicationStarted.Register(() => Fail(circuit));
            return Task.CompletedTask;
        }
    }

    private sealed class EarlyCaller(HealthCircuit circuit) : IHostedService
    {
        public async Task StartAsync(CancellationToken cancellationToken)
        {
            Fail(circuit);
            // The server starts after it, and whoever decides at once has decided.
            await Task.Delay(TimeSpan.FromSeconds(1), CancellationToken.None);
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }

    // The stop of the host cancels its start.
    private sealed class GivenUpCaller(HealthCircuit circuit) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken)
        {
            Fail(circuit);
            return Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }

    // Works by a token of its own, which the stop of the host cancels.
    private sealed class LinkedService(IHostApplicationLifetime lifetime) : BackgroundService
    {
        protected override async Task ExecuteAsync(CancellationToken stoppingToken)
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, lifetime.ApplicationStarted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await Task.Delay(100, stoppingToken);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken, lifetime.ApplicationStopping);
            await Task.Delay(Timeout.InfiniteTimeSpan, either.Token);
        }
    }

    private sealed class DoneService(IHostApplicationLifetime lifetime) : BackgroundService
    {
        protected override async Task ExecuteAsync(CancellationToken stoppingToken)
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, lifetime.ApplicationStarted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await Task.Delay(1_000, stoppingToken);
            lifetime.StopApplication();
        }
    }

    private sealed class HangingService : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken)
        {
            Console.WriteLine("hangs");
            Thread.Sleep(Timeout.Infinite);
            return Task.CompletedTask;
        }
    }

    // Hangs without a thread, and whatever its token says.
    private sealed class HangingWhileStopping : IHostedLifecycleService
    {
        public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StoppingAsync(CancellationToken cancellationToken) => new TaskCompletionSource().Task;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }

    // After the shutdown steps, as it comes before them.
    private sealed class HangingOnceStopped : IHostedLifecycleService
    {
        public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StoppedAsync(CancellationToken cancellationToken) => new TaskCompletionSource().Task;
    }

    private sealed class HangingCallback(IHostApplicationLifetime lifetime) : BackgroundService
    {
        protected override Task ExecuteAsync(CancellationToken stoppingToken)
        {
            lifetime.ApplicationStopping.Register(static () => Thread.Sleep(Timeout.Infinite));
            return Task.CompletedTask;
        }
    }

    /// <summary>Fails when there is a file of its generation.</summary>
    [RunsWhileWaiting]
    private sealed class FileWatcher(HealthCircuit circuit, IConfiguration configuration) : BackgroundService
    {
        protected override async Task ExecuteAsync(CancellationToken stoppingToken)
        {
            var path = $"{configuration["FailFile"]}-{Hosting.Handoff.WorkerBuild.CurrentGeneration}";
            while (!File.Exists(path))
                await Task.Delay(50, stoppingToken);
            Fail(circuit);
        }
    }
}
