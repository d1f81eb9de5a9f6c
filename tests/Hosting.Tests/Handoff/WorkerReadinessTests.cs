using CrashShield.Hosting.Circuit;
using CrashShield.Hosting.Handoff;
using CrashShield.Hosting.HealthChecks;
using CrashShield.Hosting.Tests.Signals;
using CrashShield.Hosting.Tests.Supervision;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;

namespace CrashShield.Hosting.Tests.Handoff;

public sealed class WorkerReadinessTests : IDisposable
{
    private readonly SignalFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public async Task UnhealthyCheckIsNamed() =>
        Assert.Equal("not healthy: database", await WhyNotAsync(() => Task.FromResult(HealthCheckResult.Unhealthy())));

    [Fact]
    public async Task OpenCircuitIsTold()
    {
        _fixture.Circuit.Hold(CircuitLevel.Open, "maintenance");
        Assert.Equal("its circuit is Open: maintenance", await WhyNotAsync(() => Task.FromResult(HealthCheckResult.Healthy())));
    }

    [Fact]
    public async Task CheckThatHangsIsNotWaitedFor()
    {
        var never = new TaskCompletionSource<HealthCheckResult>();
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var whyNot = WhyNotAsync(() =>
        {
            asked.SetResult();
            return never.Task;
        });
        await asked.Task;
        _fixture.Time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal("its health checks have taken longer than 10 s", await whyNot);
    }

    [Fact]
    public async Task HealthThatComesWithTheServicesIsWaitedFor()
    {
        var isWell = false;
        var asked = 0;
        await using var provider = Provider(() =>
        {
            Interlocked.Increment(ref asked);
            return Task.FromResult(Volatile.Read(ref isWell) ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy());
        });
        var run = new TaskCompletionSource();
        var again = Readiness(provider, TimeProvider.System).LookAgainAsync("no services", run.Task, CancellationToken.None, TestContext.Current.CancellationToken);
        Assert.Equal(0, asked);
        run.SetResult();
        await Deadline.Until(() => Volatile.Read(ref asked) >= 4, "it is looked at again and again");
        Volatile.Write(ref isWell, true);
        Assert.Null(await again);
        Assert.Empty(provider.GetRequiredService<HealthCheckRounds>().NotReady);
    }

    [Fact]
    public async Task HealthThatDoesNotComeIsToldAtTheBound()
    {
        await using var provider = Provider(static () => Task.FromResult(HealthCheckResult.Unhealthy()));
        var start = _fixture.Time.GetTimestamp();
        var again = Readiness(provider, _fixture.Time).LookAgainAsync("no services", Task.CompletedTask, CancellationToken.None, TestContext.Current.CancellationToken);
        await Deadline.Until(
            () =>
            {
                _fixture.Time.Advance(TimeSpan.FromMilliseconds(250));
                return again.IsCompleted;
            },
            "it is told");
        Assert.NotNull(await again);
        Assert.True(_fixture.Time.GetElapsedTime(start) >= TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task NobodyWaitsForTheServicesWhereNoOtherServes()
    {
        await using var provider = Provider(static () => Task.FromResult(HealthCheckResult.Healthy()));
        using var enough = new CancellationTokenSource();
        var again = Readiness(provider, _fixture.Time).LookAgainAsync("no services", new TaskCompletionSource().Task, enough.Token, TestContext.Current.CancellationToken);
        await enough.CancelAsync();
        Assert.Equal("no services", await again);
    }

    private async Task<string?> WhyNotAsync(Func<Task<HealthCheckResult>> check)
    {
        await using var provider = Provider(check);
        return (await Readiness(provider, _fixture.Time).GetReadyAsync(null, TestContext.Current.CancellationToken)).WhyNot;
    }

    private static ServiceProvider Provider(Func<Task<HealthCheckResult>> check)
    {
        var services = new ServiceCollection().AddLogging();
        services.AddHealthChecks().AddAsyncCheck("database", check, ["ready"]);
        services.AddSingleton(Options.Create(new CrashShieldOptions()));
        services.AddSingleton<QuietHealthChecks>().AddSingleton<HealthCheckRounds>();
        return services.BuildServiceProvider();
    }

    private WorkerReadiness Readiness(IServiceProvider provider, TimeProvider time) => new(
        [], provider.GetRequiredService<HealthCheckService>(), provider.GetRequiredService<HealthCheckRounds>(), _fixture.Circuit, Options.Create(new CrashShieldOptions()), time);
}
