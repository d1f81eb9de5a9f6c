using CrashShield.Hosting.Serving;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;

namespace CrashShield.Hosting.Tests.Serving;

/// <summary>The application's hosted services beside the same application without CrashShield: what the host and the container do to them is the same.</summary>
public sealed class HostedServicesTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task ServicesAreDisposedOfBeforeWhatTheyUse(bool isConcurrent)
    {
        var (without, with) = await BothAsync(
            builder =>
            {
                builder.Services.Configure<HostOptions>(host => host.ServicesStartConcurrently = host.ServicesStopConcurrently = isConcurrent);
                builder.Services.AddSingleton<Used>();
                builder.Services.AddHostedService<Uses>();
            },
            static host => Task.CompletedTask);
        Assert.Equal(["start", "stop", "dispose of the service", "dispose of what it uses"], without);
        Assert.Equal(without, with);
    }

    [Fact]
    public async Task ServicesThatTheContainerAloneKnowsAreStarted()
    {
        var (without, with) = await BothAsync(
            builder => builder.ConfigureContainer(new CopyingFactory(), static container =>
            {
                container.Services.AddSingleton<Used>();
                container.Services.AddSingleton<IHostedService, Uses>();
            }),
            static host => Task.CompletedTask);
        Assert.Contains("start", without);
        Assert.Equal(without, with);
    }

    [Fact]
    public async Task ContainerCreatesThemByItsOwnRules()
    {
        var (without, with) = await BothAsync(
            builder =>
            {
                builder.Services.AddSingleton<Used>();
                builder.Services.AddHostedService<ManyConstructors>();
            },
            static host => Task.CompletedTask);
        Assert.Equal("the longer constructor", without[0]);
        Assert.Equal(without, with);
    }

    [Fact]
    public async Task WhoeverAsksGetsTheServicesThemselves()
    {
        var builder = Builder(new(), isShielded: true);
        builder.Services.AddSingleton<Used>();
        builder.Services.AddHostedService<Uses>();
        // As a test server's.
        builder.Services.AddSingleton<IHostLifetime, OtherLifetime>();
        using var host = builder.Build();
        var before = host.Services.GetServices<IHostedService>().OfType<Uses>().Single();
        Assert.Same(before, host.Services.GetRequiredService<IHostedService>());
        await host.StartAsync(Cancelled);
        Assert.Same(before, host.Services.GetServices<IHostedService>().OfType<Uses>().Single());
        Assert.Equal(nameof(Uses), host.Services.GetRequiredService<HostedServices>().Waiting);
        await host.StopAsync(Cancelled);
    }

    [Fact]
    public async Task ConstructorThatFailsFailsTheStart()
    {
        var builder = Builder(new(), isShielded: true);
        builder.Services.AddHostedService<FailsInConstructor>();
        using var host = builder.Build();
        Assert.Equal("constructor", (await Assert.ThrowsAsync<InvalidOperationException>(() => host.StartAsync(Cancelled))).Message);
    }

    [Fact]
    public async Task ServiceThatAsksForAllServicesIsRefused()
    {
        var builder = Builder(new(), isShielded: true);
        builder.Services.AddHostedService<AsksForAll>();
        using var host = builder.Build();
        await Assert.ThrowsAsync<InvalidOperationException>(() => host.StartAsync(Cancelled));
    }

    [Theory]
    [InlineData(BackgroundServiceExceptionBehavior.Ignore)]
    [InlineData(BackgroundServiceExceptionBehavior.StopHost)]
    public async Task ServiceThatHasFailedIsStopped(BackgroundServiceExceptionBehavior behavior)
    {
        var (without, with) = await BothAsync(
            builder =>
            {
                builder.Services.Configure<HostOptions>(host => host.BackgroundServiceExceptionBehavior = behavior);
                builder.Services.AddHostedService<Fails>();
            },
            static host =>
            {
                host.Services.GetRequiredService<Steps>().WaitFor("failed");
                return Task.CompletedTask;
            });
        Assert.Equal(["failed", "stop"], without);
        Assert.Equal(without, with);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task HostWaitsForAStopThatOutlastsItsTime(bool throws)
    {
        var (without, with) = await BothAsync(
            builder =>
            {
                builder.Services.Configure<HostOptions>(static host => host.ShutdownTimeout = TimeSpan.FromMilliseconds(50));
                builder.Services.AddHostedService(services => new StopsLate(services.GetRequiredService<Steps>(), throws));
            },
            static host => Task.CompletedTask);
        Assert.Equal(throws ? ["told to hurry", "OperationCanceledException"] : ["told to hurry"], without);
        Assert.Equal(without, with);
    }

    [Fact]
    public async Task StartThatFailsStopsNoneThatHasStarted()
    {
        var (without, with) = await BothAsync(
            static builder =>
            {
                builder.Services.AddSingleton<Used>();
                builder.Services.AddHostedService<Uses>();
                builder.Services.AddHostedService<FailsToStart>();
            },
            static host => Task.CompletedTask);
        Assert.Equal(["start", "InvalidOperationException", "dispose of the service", "dispose of what it uses"], without);
        Assert.Equal(without, with);
    }

    private static async Task<(IReadOnlyList<string> Without, IReadOnlyList<string> With)> BothAsync(Action<HostApplicationBuilder> configure, Func<IHost, Task> run) =>
        (await StepsAsync(isShielded: false, configure, run), await StepsAsync(isShielded: true, configure, run));

    private static async Task<IReadOnlyList<string>> StepsAsync(bool isShielded, Action<HostApplicationBuilder> configure, Func<IHost, Task> run)
    {
        var steps = new Steps();
        var builder = Builder(steps, isShielded);
        configure(builder);
        using (var host = builder.Build())
        {
            try
            {
                await host.StartAsync(Cancelled);
                await run(host);
                await host.StopAsync(Cancelled);
            }
            catch (Exception e)
            {
                steps.Add(e is OperationCanceledException ? nameof(OperationCanceledException) : e.GetType().Name);
            }
        }

        return steps.All;
    }

    private static HostApplicationBuilder Builder(Steps steps, bool isShielded)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new() { EnvironmentName = "Production" });
        builder.Services.AddSingleton(steps);
        if (isShielded)
            builder.Services.AddCrashShield(builder.Configuration);
        return builder;
    }

    private sealed class Used(Steps steps) : IDisposable
    {
        public void Dispose() => steps.Add("dispose of what it uses");
    }

    private sealed class Uses(Steps steps, Used used) : IHostedService, IDisposable
    {
        public Task StartAsync(CancellationToken cancellationToken)
        {
            Assert.NotNull(used);
            steps.Add("start");
            return Task.CompletedTask;
        }

        public Task StopAsync(CancellationToken cancellationToken)
        {
            steps.Add("stop");
            return Task.CompletedTask;
        }

        public void Dispose() => steps.Add("dispose of the service");
    }

    private class Quiet : IHostedService
    {
        public virtual Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }

    private sealed class ManyConstructors : Quiet
    {
        // Which this attribute names for others than a container.
        [ActivatorUtilitiesConstructor]
        public ManyConstructors(Steps steps) => steps.Add("the shorter constructor");

        public ManyConstructors(Steps steps, Used used)
        {
            Assert.NotNull(used);
            steps.Add("the longer constructor");
        }
    }

    private sealed class FailsInConstructor : Quiet
    {
        public FailsInConstructor() => throw new InvalidOperationException("constructor");
    }

    private sealed class AsksForAll : Quiet
    {
        public AsksForAll(IEnumerable<IHostedService> all) => Assert.NotNull(all);
    }

    private sealed class FailsToStart : Quiet
    {
        public override Task StartAsync(CancellationToken cancellationToken) => throw new InvalidOperationException();
    }

    private sealed class Fails(Steps steps) : BackgroundService
    {
        public override Task StopAsync(CancellationToken cancellationToken)
        {
            steps.Add("stop");
            return base.StopAsync(cancellationToken);
        }

        protected override async Task ExecuteAsync(CancellationToken stoppingToken)
        {
            await Task.Yield();
            steps.Add("failed");
            throw new InvalidOperationException();
        }
    }

    private sealed class StopsLate(Steps steps, bool throws) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public async Task StopAsync(CancellationToken cancellationToken)
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await Task.Delay(TimeSpan.FromMilliseconds(500), CancellationToken.None);
            steps.Add("told to hurry");
            if (throws)
                cancellationToken.ThrowIfCancellationRequested();
        }
    }

    private sealed class OtherLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }

    /// <summary>Registrations of a container that keeps its own, as others than .NET's do.</summary>
    private sealed record Copied(ServiceCollection Services);

    private sealed class CopyingFactory : IServiceProviderFactory<Copied>
    {
        public Copied CreateBuilder(IServiceCollection services)
        {
            var copy = new ServiceCollection();
            copy.Add(services);
            return new(copy);
        }

        public IServiceProvider CreateServiceProvider(Copied containerBuilder) => containerBuilder.Services.BuildServiceProvider();
    }

    [Fact]
    public async Task SupervisedServicesWaitToo()
    {
        var builder = Builder(new(), isShielded: true);
        builder.Services.AddSupervisedService<Rests>();
        builder.Services.AddSupervisedService<Runs>(new() { RunsWhileWaiting = true });
        using var host = builder.Build();
        await host.StartAsync(Cancelled);
        var services = host.Services.GetRequiredService<HostedServices>();
        Assert.Equal(nameof(Rests), services.Waiting);
        Assert.True(services.Started.IsCompleted);
        await host.StopAsync(Cancelled);
    }

    private class Rests : BackgroundService
    {
        protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.Delay(Timeout.InfiniteTimeSpan, stoppingToken);
    }

    private sealed class Runs : Rests;
}
