using CrashShield.Hosting.Circuit;
using CrashShield.Hosting.Supervision;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace CrashShield.Hosting.Tests.Supervision;

/// <summary>What becomes of a service in each situation that docs/supervision.md names: under a real host, in real time.</summary>
public sealed class ServicePolicyTests : IDisposable
{
    private static readonly TimeSpan Outage = TimeSpan.FromSeconds(1);
    private static readonly SupervisionPolicy FiveAMinute = new() { MaxRestarts = 5, Within = TimeSpan.FromMinutes(1) };

    private readonly LogRecords _log = new();
    private readonly TcpBroker _tcp = new();
    private readonly TcpConsumer.Starts _starts = new();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task TwoOutagesOfASecondAreSurvived(bool hasPolicy)
    {
        using var host = Build(services => services.AddSupervisedService<TcpConsumer>(hasPolicy ? FiveAMinute : null));
        await host.StartAsync().Within();
        await Deadline.Until(() => _tcp.Broker.HasConsumer, "the consumer is connected");
        for (var outage = 0; outage < 2; outage++)
        {
            _tcp.Broker.Publish(Enumerable.Range(20 * outage, 10));
            _tcp.GoAway();
            _tcp.Broker.Publish(Enumerable.Range((20 * outage) + 10, 10));
            await Task.Delay(Outage);
            // Each attempt until now has failed, and none has lived for a minute.
            var backoff = TimeSpan.FromSeconds(Math.Min(0.1 * Math.Pow(2, _starts.Count - 1), 10));

            var back = TimeProvider.System.GetTimestamp();
            _tcp.ComeBack();
            await Deadline.Until(() => _tcp.Broker.HasConsumer, "the consumer is back");
            Assert.InRange(TimeProvider.System.GetElapsedTime(back), TimeSpan.Zero, 1.5 * backoff);
        }

        await Deadline.Until(() => _tcp.Broker.Acknowledged.Count >= 40, "all messages are acknowledged");
        Assert.Equal(Enumerable.Range(0, 40), _tcp.Broker.Acknowledged);
        Assert.Equal(CircuitLevel.Closed, Circuit(host).State.Level);
        await host.StopAsync().Within();
    }

    [Theory]
    [InlineData(typeof(FailsToRun))]
    [InlineData(typeof(FailsToStart))]
    public async Task BugAtStartEscalatesWithinTenSeconds(Type service)
    {
        var builds = new Dictionary<Type, Action<IServiceCollection>>
        {
            [typeof(FailsToRun)] = services => services.AddSupervisedService<FailsToRun>(),
            [typeof(FailsToStart)] = services => services.AddSupervisedService<FailsToStart>(),
        };
        using var host = Build(builds[service]);
        var start = TimeProvider.System.GetTimestamp();
        await host.StartAsync().Within();
        await Deadline.Until(() => Circuit(host).State.Level == CircuitLevel.Failed, "the circuit fails");

        Assert.InRange(TimeProvider.System.GetElapsedTime(start), TimeSpan.Zero, TimeSpan.FromSeconds(10));
        Assert.Contains(service.Name, Circuit(host).State.Reason);
        Assert.NotNull(Assert.Single(_log.Named("TaskRestarting")).Exception);
        Assert.Equal("6", Assert.Single(_log.Named("TaskFailed"))["Attempt"]);
        await host.StopAsync().Within();
        Assert.Equal("4", Assert.Single(_log.Named("ServiceStillFailing"))["Failures"]);
    }

    [Fact]
    public async Task MissingRegistrationEndsTheStartOfTheHost()
    {
        using var host = Build(services => services.AddSupervisedService<FailsToBeMade>());
        var failure = await Assert.ThrowsAsync<InvalidOperationException>(() => host.StartAsync().Within());
        Assert.Contains(nameof(FailsToBeMade), failure.Message);
        Assert.Contains($"'{typeof(Broker)}'", failure.Message);
    }

    [Fact]
    public async Task WhatTheContainerCanMakeIsNotMissing()
    {
        var made = new Shelf();
        using var host = Build(services => services
            .AddSingleton(made).AddScoped<Scoped>().AddKeyedSingleton<Broker>("orders").AddSupervisedService<TakesAllSorts>().AddSupervisedService<HasTwoConstructors>());
        await host.StartAsync().Within();
        await Deadline.Until(() => made.Instances == 2, "both are created");
        Assert.Empty(_log.Named("TaskRestarting"));
        await host.StopAsync().Within();
    }

    [Fact]
    public async Task PoisonMessageCostsThreeRestartsAndIsHandedToTheHook()
    {
        var broker = new Broker();
        broker.Publish(Enumerable.Range(0, 10));
        var shelf = new Shelf();
        using var host = Build(services => services.AddSingleton(broker).AddSingleton(shelf).AddSupervisedService<GuardedConsumer>());
        await host.StartAsync().Within();
        await Deadline.Until(() => broker.Acknowledged.Count == 10, "all messages are acknowledged");
        await host.StopAsync().Within();

        Assert.Equal(Enumerable.Range(0, 10), broker.Acknowledged);
        Assert.Equal(Enumerable.Range(0, 10).Except([GuardedConsumer.Poison]), shelf.Handled);
        var letter = Assert.Single(shelf.Letters);
        Assert.Equal(("7", 3), (letter.Key, letter.Failures));
        Assert.Equal(4, shelf.Instances);
        Assert.Equal(CircuitLevel.Closed, Circuit(host).State.Level);
    }

    /// <summary>What has handled a message, or put one aside, has worked: further messages that cannot be handled are no bug at its start.</summary>
    [Fact]
    public async Task SeveralPoisonMessagesAtTheHeadOfTheQueueArePutAside()
    {
        var broker = new Broker();
        broker.Publish([7, 17, 27, 1]);
        var shelf = new Shelf();
        using var host = Build(services => services.AddSingleton(broker).AddSingleton(shelf).AddSupervisedService<GuardedConsumer>());
        await host.StartAsync().Within();
        await Deadline.Until(() => broker.Acknowledged.Count == 4, "all messages are acknowledged");
        await host.StopAsync().Within();

        Assert.Equal(["7", "17", "27"], shelf.Letters.Select(letter => letter.Key));
        Assert.Equal([1], shelf.Handled);
        Assert.Equal(CircuitLevel.Closed, Circuit(host).State.Level);
    }

    [Fact]
    public async Task StopOfTheHostWaitsForTheTaskThatAskedForIt()
    {
        using var host = Build(_ => { });
        await host.StartAsync().Within();
        var supervisor = host.Services.GetRequiredService<ITaskSupervisor>();
        var awaited = new ScriptedTask("awaited");
        var ordinary = new ScriptedTask("ordinary");
        supervisor.Run(awaited.Name, awaited.RunAsync, waitForEnd: true);
        supervisor.Run(ordinary.Name, ordinary.RunAsync);
        await Task.WhenAll(awaited.Started(), ordinary.Started());

        var stop = host.StopAsync();
        await Deadline.Until(() => ordinary.Stops == 1, "the ordinary task is cancelled");
        Assert.Equal((false, 0), (stop.IsCompleted, awaited.Stops));
        awaited.Finish();
        await stop.Within();

        Assert.Equal("ordinary", Assert.Single(_log.Named("TasksCancelled"))["Tasks"]);
    }

    [Fact]
    public async Task WaitEndsInTimeForTheTaskToBeCancelled()
    {
        using var host = Build(services => services
            .Configure<HostOptions>(options => options.ShutdownTimeout = TimeSpan.FromSeconds(2))
            .Configure<CrashShieldOptions>(options => options.Supervision.ShutdownTimeout = TimeSpan.FromSeconds(1)));
        await host.StartAsync().Within();
        var awaited = new ScriptedTask("awaited");
        host.Services.GetRequiredService<ITaskSupervisor>().Run(awaited.Name, awaited.RunAsync, waitForEnd: true);
        await awaited.Started();

        var start = TimeProvider.System.GetTimestamp();
        await host.StopAsync().Within();

        Assert.InRange(TimeProvider.System.GetElapsedTime(start), TimeSpan.FromSeconds(0.9), TimeSpan.FromSeconds(2));
        Assert.Equal(1, awaited.Stops);
        Assert.Equal("awaited", Assert.Single(_log.Named("TasksCancelled"))["Tasks"]);
    }

    [Fact]
    public async Task ServiceThatOutlastsTheHostsTimeIsNamed()
    {
        using var host = Build(services => services
            .Configure<HostOptions>(options => options.ShutdownTimeout = TimeSpan.FromMilliseconds(200))
            .AddSingleton(new ServiceJournal()).AddSupervisedService<FirstService>());
        await host.StartAsync().Within();
        var journal = host.Services.GetRequiredService<ServiceJournal>();
        await journal.Until("first 1 runs");
        journal.Last<FirstService>().IgnoresStop = true;
        await Task.WhenAny(host.StopAsync()).Within();

        Assert.Equal("FirstService", Assert.Single(_log.Named("StopTimeUp"))["TaskName"]);
    }

    /// <summary>A service that is told to stop when others have used up the host's time is not to blame.</summary>
    [Fact]
    public async Task ServiceThatIsToldTooLateIsNotBlamed()
    {
        using var host = Build(services => services
            .Configure<HostOptions>(options => options.ShutdownTimeout = TimeSpan.FromMilliseconds(200))
            .AddSingleton(new ServiceJournal()).AddSupervisedService<FirstToDrain>().AddSupervisedService<SecondToDrain>().AddHostedService<LateService>());
        await host.StartAsync().Within();
        await host.Services.GetRequiredService<ServiceJournal>().Until(nameof(FirstToDrain), nameof(SecondToDrain), nameof(LateService));
        await Task.WhenAny(host.StopAsync()).Within();

        Assert.Empty(_log.Named("StopTimeUp"));
        Assert.Equal([("SecondToDrain", "LateService"), ("FirstToDrain", "LateService")], LateTold());
    }

    [Fact]
    public async Task SupervisedServiceThatHangsInItsStopIsNamedAlone()
    {
        using var host = Build(services => services
            .Configure<HostOptions>(options => options.ShutdownTimeout = TimeSpan.FromMilliseconds(200))
            .AddSingleton(new ServiceJournal()).AddSupervisedService<FirstToDrain>().AddSupervisedService<HangingStop>());
        await host.StartAsync().Within();
        await host.Services.GetRequiredService<ServiceJournal>().Until(nameof(FirstToDrain));
        await Task.WhenAny(host.StopAsync()).Within();

        Assert.Equal("HangingStop", Assert.Single(_log.Named("StopTimeUp"))["TaskName"]);
        Assert.Equal([("FirstToDrain", "HangingStop")], LateTold());
    }

    public void Dispose() => _tcp.Dispose();

    private IEnumerable<(string Service, string Late)> LateTold() => _log.Named("NoTimeLeft").Select(record => (record["TaskName"], record["Services"]));

    private static HealthCircuit Circuit(IHost host) => host.Services.GetRequiredService<HealthCircuit>();

    private IHost Build(Action<IServiceCollection> configure)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new());
        builder.Logging.AddProvider(_log);
        builder.Services.AddSingleton(_tcp);
        builder.Services.AddSingleton(_starts);
        builder.Services.AddCrashShield(new ConfigurationBuilder().Build(), shield => shield.Circuit.ExitWhenFailed = false);
        configure(builder.Services);
        return builder.Build();
    }

    private sealed class FailsToRun : BackgroundService
    {
        protected override async Task ExecuteAsync(CancellationToken stoppingToken)
        {
            await Task.Yield();
            throw new FormatException();
        }
    }

    private sealed class FailsToStart : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken) => throw new FormatException();

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }

    // Nobody has registered what it depends on.
    private sealed class FailsToBeMade(Broker broker) : BackgroundService
    {
        protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.FromResult(broker);
    }

    private sealed class Scoped;

    private sealed class TakesAllSorts : BackgroundService
    {
        public TakesAllSorts(
            Scoped scoped, [FromKeyedServices("orders")] Broker broker, IEnumerable<Broker> none, IServiceProvider services, ILogger<TakesAllSorts> logger, Shelf shelf, Broker? optional = null) =>
            shelf.Instances += scoped is not null && broker is not null && !none.Any() && services is not null && logger is not null && optional is null ? 1 : 0;

        protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.CompletedTask;
    }

    private sealed class HasTwoConstructors : BackgroundService
    {
        public HasTwoConstructors(Broker broker) => broker.Publish([1]);

        public HasTwoConstructors(Shelf shelf) => shelf.Instances++;

        protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.CompletedTask;
    }

    // Has something to finish when it is told to stop.
    private class Drains(ServiceJournal journal) : BackgroundService
    {
        protected override async Task ExecuteAsync(CancellationToken stoppingToken)
        {
            journal.Add(GetType().Name);
            await Task.Delay(Timeout.InfiniteTimeSpan, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await Task.Delay(TimeSpan.FromSeconds(1), CancellationToken.None);
        }
    }

    private sealed class FirstToDrain(ServiceJournal journal) : Drains(journal);

    private sealed class SecondToDrain(ServiceJournal journal) : Drains(journal);

    // Goes on for ever, whatever it is told.
    private sealed class LateService(ServiceJournal journal) : BackgroundService
    {
        protected override Task ExecuteAsync(CancellationToken stoppingToken)
        {
            journal.Add(nameof(LateService));
            return new TaskCompletionSource().Task;
        }
    }

    private sealed class HangingStop : BackgroundService
    {
        public override Task StopAsync(CancellationToken cancellationToken) => new TaskCompletionSource().Task;

        protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.CompletedTask;
    }

    private sealed class Shelf
    {
        public List<int> Handled { get; } = [];

        public List<DeadLetter> Letters { get; } = [];

        public int Instances { get; set; }
    }

    private sealed class GuardedConsumer(Broker broker, DeadLetterGuard guard, Shelf shelf) : BackgroundService
    {
        public const int Poison = 7;

        protected override async Task ExecuteAsync(CancellationToken stoppingToken)
        {
            shelf.Instances++;
            using var connection = broker.Connect();
            while (true)
            {
                var message = await connection.ReceiveAsync(stoppingToken);
                await guard.HandleAsync("orders", $"{message}", token => HandleAsync(message, token), PutAsideAsync, stoppingToken);
                connection.Acknowledge(message);
            }
        }

        private async Task HandleAsync(int message, CancellationToken cancellationToken)
        {
            await Task.Delay(1, cancellationToken);
            if (message % 10 == Poison)
                throw new FormatException();
            shelf.Handled.Add(message);
        }

        private Task PutAsideAsync(DeadLetter letter, CancellationToken cancellationToken)
        {
            shelf.Letters.Add(letter);
            return Task.CompletedTask;
        }
    }
}
