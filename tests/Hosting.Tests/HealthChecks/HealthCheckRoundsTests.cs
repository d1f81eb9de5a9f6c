using CrashShield.Hosting.HealthChecks;
using CrashShield.Hosting.Tests.Supervision;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace CrashShield.Hosting.Tests.HealthChecks;

public sealed class HealthCheckRoundsTests : IDisposable
{
    private readonly CrashShieldOptions _options = new();
    private readonly ManualResetEventSlim _end = new();
    private ServiceProvider? _services;
    private int _hung;
    private int _ended;

    [Fact]
    public void OneThatHangsHoldsUpNoOther()
    {
        _options.HealthChecks.Interval = TimeSpan.FromMilliseconds(300);
        var rounds = Rounds(checks => checks.AddCheck("hangs", Hang).AddCheck("well", () => HealthCheckResult.Healthy()).AddCheck("bad", () => HealthCheckResult.Unhealthy("why")));
        rounds.Run();
        Assert.Equal(["hangs is Unhealthy (it has not ended within 0.3 s)", "bad is Unhealthy (why)"], rounds.NotReady.Select(check => check.ToString()));

        rounds.Run();
        Assert.Equal(1, _hung);
        _end.Set();
        SpinWait.SpinUntil(() => { rounds.Run(); return rounds.NotReady.Count == 1; }, TimeSpan.FromSeconds(20));
        Assert.Equal("bad", Assert.Single(rounds.NotReady).Name);
    }

    [Fact]
    public void EachUseHasItsOwnChoice()
    {
        _options.HealthChecks.Readiness.Tags.Add("ready");
        _options.HealthChecks.Liveness.Tags.Add(HealthCheckChoice.None);
        _options.HealthChecks.Circuit.Predicate = check => check.Name == "c";
        var rounds = Rounds(checks => checks
            .AddCheck("a", () => HealthCheckResult.Unhealthy(), ["live"]).AddCheck("b", () => HealthCheckResult.Unhealthy(), ["ready"]).AddCheck("c", () => HealthCheckResult.Degraded()));
        rounds.Run();
        Assert.Equal(["b"], rounds.NotReady.Select(check => check.Name));
        Assert.Empty(rounds.NotLive);
        Assert.Equal(["c"], rounds.Of(_options.HealthChecks.Circuit, HealthStatus.Degraded).Select(check => check.Name));
        Assert.Equal(["a", "b", "c"], rounds.All.Select(check => check.Name));
    }

    [Fact]
    public void TagThatNoCheckHasIsTold()
    {
        _options.HealthChecks.Readiness.Tags.Add("raedy");
        _options.HealthChecks.Circuit.Tags.Add(HealthCheckChoice.None);
        using var log = new LogRecords();
        var rounds = Rounds(checks =>
        {
            checks.AddCheck("a", () => HealthCheckResult.Unhealthy(), ["ready"]);
            checks.Services.AddSingleton<ILoggerProvider>(log);
        });
        rounds.Run();
        rounds.Run();
        var entry = Assert.Single(log.Named("NoCheckHasTag"));
        Assert.Equal("CrashShield:HealthChecks:Readiness:Tags = 'raedy': no health check has this tag, so none counts for it. The checks have ready; * stands for all.", entry.Message);
    }

    [Fact]
    public void CheckIsAskedAsTheServiceAsksIt()
    {
        var rounds = Rounds(checks => checks
            .AddCheck<Scoped>("scoped")
            .AddCheck("throws", () => throw new InvalidOperationException("no connection"))
            .AddAsyncCheck("late", async cancellationToken => { await Task.Delay(Timeout.Infinite, cancellationToken); return default; }, timeout: TimeSpan.FromMilliseconds(1)));
        rounds.Run();
        Assert.Equal(
            ["scoped is Healthy (scoped, of its scope)", "throws is Unhealthy (no connection)", "late is Unhealthy (A timeout occurred while running check.)"], rounds.All.Select(check => check.ToString()));
        Assert.Equal(1, _ended);
    }

    [Fact]
    public void ServiceOfTheApplicationsOwnAsksItsChecks()
    {
        var rounds = Rounds(checks =>
        {
            checks.AddCheck("any", () => HealthCheckResult.Unhealthy());
            checks.Services.AddSingleton<HealthCheckService, Own>();
        });
        rounds.Run();
        Assert.Equal("any is Healthy (asked by Own)", Assert.Single(rounds.All).ToString());
    }

    [Fact]
    public void CheckThatCannotEvenBeCreatedIsUnhealthy()
    {
        var rounds = Rounds(checks => checks.Add(new("broken", _ => throw new InvalidOperationException("no such service"), failureStatus: null, tags: null)));
        rounds.Run();
        Assert.Contains("no such service", Assert.Single(rounds.NotReady).Reason, StringComparison.Ordinal);
    }

    public void Dispose()
    {
        _end.Set();
        _services?.Dispose();
    }

    private HealthCheckResult Hang()
    {
        Interlocked.Increment(ref _hung);
        _end.Wait();
        return HealthCheckResult.Healthy();
    }

    private HealthCheckRounds Rounds(Action<IHealthChecksBuilder> add)
    {
        var services = new ServiceCollection().AddLogging().AddScoped(_ => new Ended(() => _ended++));
        add(services.AddHealthChecks());
        _services = services.BuildServiceProvider();
        return new(
            new(_services.GetRequiredService<IServiceScopeFactory>(), _services.GetRequiredService<HealthCheckService>(), NullLogger<QuietHealthChecks>.Instance), _services.GetRequiredService<IOptions<HealthCheckServiceOptions>>(), Options.Create(_options), _services.GetRequiredService<ILogger<HealthCheckRounds>>());
    }

    private sealed class Ended(Action end) : IDisposable
    {
        public void Dispose() => end();
    }

    private sealed class Scoped(Ended ended) : IHealthCheck
    {
        public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
            Task.FromResult(HealthCheckResult.Healthy($"{context.Registration.Name}, {(ended is not null ? "of its scope" : "of none")}"));
    }

    private sealed class Own : HealthCheckService
    {
        public override Task<HealthReport> CheckHealthAsync(Func<HealthCheckRegistration, bool>? predicate, CancellationToken cancellationToken = default) => Task.FromResult(
            new HealthReport(new Dictionary<string, HealthReportEntry> { ["any"] = new(HealthStatus.Healthy, "asked by Own", TimeSpan.Zero, exception: null, data: null) }, TimeSpan.Zero));
    }
}
