using System.Net;
using CrashShield.Hosting.Circuit;
using CrashShield.Hosting.Leaks;
using CrashShield.Hosting.Supervision;
using CrashShield.Hosting.ThreadPools;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Time.Testing;
using Polly.CircuitBreaker;

namespace CrashShield.Middleware.Tests.Circuit;

/// <summary>When a trouble has ended, nothing that the circuit does keeps the circuit as it is: with all reactions in place, it closes and stays so.</summary>
public class RecoveryTests
{
    private const string Client = "optional";

    private static readonly TimeSpan Step = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan AfterTrouble = TimeSpan.FromMinutes(10);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public static TheoryData<string, CircuitLevel> Troubles => new MatrixTheoryData<string, CircuitLevel>(["source", "check", "hold", .. RealSources.Kinds], [CircuitLevel.Degraded, CircuitLevel.Open]);

    [Theory]
    [MemberData(nameof(Troubles))]
    public async Task CircuitClosesAfterATroubleOf(string kind, CircuitLevel level)
    {
        var time = new FakeTimeProvider();
        var trouble = new Trouble();
        using var sources = new RealSources(time);
        await using var app = await ShieldedApp.StartAsync(
            app =>
            {
                app.UseCrashShield();
                app.MapGet("/", () => "served");
            },
            shield =>
            {
                shield.HealthChecks.Interval = TimeSpan.FromSeconds(1);
                shield.Admission.Enabled = true;
            },
            builder =>
            {
                AddAll(builder.Services, time, trouble);
                sources.AddTo(builder.Services);
            });
        var circuit = app.Services.GetRequiredService<HealthCircuit>();
        var leaks = app.Services.GetRequiredService<LeakWatch>();
        var pool = app.Services.GetRequiredService<QueueDelayMonitor>();
        void Advance(TimeSpan by)
        {
            sources.Look(pool);
            time.Advance(by);
            leaks.Step();
        }

        await UntilAsync(() => trouble.Runs == 1);

        if (kind == "hold")
            circuit.Hold(level, "test");
        else if (RealSources.Kinds.Contains(kind))
            sources.Begin(kind, level);
        else
            trouble.Level = (kind, level);
        await UntilAsync(() => circuit.Level == level, Advance);
        await UntilAsync(() => trouble is { Runs: 0, IsDegraded: true }, Advance);
        var client = app.Services.GetRequiredService<IHttpClientFactory>().CreateClient(Client);
        await Assert.ThrowsAsync<IsolatedCircuitException>(() => client.GetAsync(new Uri("http://127.0.0.1:1/"), Cancelled));

        trouble.Level = null;
        sources.End();
        circuit.Release();
        await UntilAsync(() => circuit.Level == CircuitLevel.Closed, Advance);
        for (var passed = TimeSpan.Zero; passed < AfterTrouble; passed += Step)
        {
            Advance(Step);
            await Task.Delay(TimeSpan.FromMilliseconds(20), Cancelled);
            Assert.Equal(CircuitLevel.Closed, circuit.Level);
        }

        await UntilAsync(() => trouble is { Runs: 1, IsDegraded: false });
        using var ready = await app.Http1.GetAsync("/readyz", Cancelled);
        Assert.Equal(HttpStatusCode.OK, ready.StatusCode);
        Assert.Equal("served", await app.Http1.GetStringAsync("/", Cancelled));
    }

    /// <summary>It moves: a deadlock is told otherwise, and a new process would find the same queue.</summary>
    [Fact]
    public async Task QueueOfThePoolThatMovesFailsNoCircuitHoweverLong()
    {
        var time = new FakeTimeProvider();
        using var sources = new RealSources(time);
        await using var app = await ShieldedApp.StartAsync(
            app => app.UseCrashShield(),
            build: builder =>
            {
                builder.Services.Replace(ServiceDescriptor.Singleton<TimeProvider>(time));
                sources.AddTo(builder.Services);
            });
        var circuit = app.Services.GetRequiredService<HealthCircuit>();
        var pool = app.Services.GetRequiredService<QueueDelayMonitor>();
        void Advance(TimeSpan by)
        {
            sources.Look(pool);
            time.Advance(by);
        }

        sources.Begin("thread-pool", CircuitLevel.Open);
        await UntilAsync(() => circuit.Level == CircuitLevel.Open, Advance);
        for (var passed = TimeSpan.Zero; passed < 2 * AfterTrouble; passed += TimeSpan.FromSeconds(1))
        {
            Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(TimeSpan.FromMilliseconds(2), Cancelled);
        }

        Assert.Equal(CircuitLevel.Open, circuit.Level);
    }

    private static void AddAll(IServiceCollection services, FakeTimeProvider time, Trouble trouble)
    {
        services.Replace(ServiceDescriptor.Singleton<TimeProvider>(time));
        services.AddSingleton(trouble);
        services.AddSingleton<IPressureSource>(trouble);
        services.AddSingleton<IDegradable>(trouble);
        services.AddSupervisedService<Paused>(new SupervisionPolicy { PausesWhenDegraded = true });
        services.AddHttpClient(Client).ConfigurePrimaryHttpMessageHandler(() => new Answers()).AddCrashShieldFailFast();
        services.AddHealthChecks().AddCheck<Check>("optional", tags: ["circuit", "live"]);
    }

    private static async Task UntilAsync(Func<bool> condition, Action<TimeSpan>? advance = null)
    {
        for (var tries = 0; !condition(); tries++)
        {
            Assert.True(tries < 2_000);
            advance?.Invoke(TimeSpan.FromMilliseconds(500));
            await Task.Delay(TimeSpan.FromMilliseconds(10), Cancelled);
        }
    }

    private sealed class Trouble : IPressureSource, IDegradable
    {
        private int _runs;

        public (string Kind, CircuitLevel Level)? Level { get; set; }

        public int Runs => Volatile.Read(ref _runs);

        public bool IsDegraded { get; private set; }

        public string Name => "test";

        public TimeSpan Interval => TimeSpan.FromMilliseconds(50);

        public PressureReading Read() => Level is { Kind: "source", Level: var level } ? new(level == CircuitLevel.Open ? PressureMarks.Open : PressureMarks.Degrade, "test") : PressureReading.None;

        public Task DegradeAsync(CircuitLevel level, CancellationToken cancellationToken)
        {
            IsDegraded = true;
            return Task.CompletedTask;
        }

        public Task RestoreAsync(CancellationToken cancellationToken)
        {
            IsDegraded = false;
            return Task.CompletedTask;
        }

        public void Count(int change) => Interlocked.Add(ref _runs, change);
    }

    private sealed class Check(Trouble trouble, IHttpClientFactory clients) : IHealthCheck
    {
        public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
        {
            using var client = clients.CreateClient(Client);
            using var answer = await client.GetAsync(new Uri("http://127.0.0.1:1/"), cancellationToken);
            return trouble.Level is not { Kind: "check", Level: var level } ? HealthCheckResult.Healthy()
                : level == CircuitLevel.Open ? HealthCheckResult.Unhealthy() : HealthCheckResult.Degraded();
        }
    }

    private sealed class Paused(Trouble trouble) : BackgroundService
    {
        protected override async Task ExecuteAsync(CancellationToken stoppingToken)
        {
            trouble.Count(1);
            try
            {
                await Task.Delay(Timeout.Infinite, stoppingToken);
            }
            finally
            {
                trouble.Count(-1);
            }
        }
    }

    private sealed class Answers : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) => Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK));
    }
}
