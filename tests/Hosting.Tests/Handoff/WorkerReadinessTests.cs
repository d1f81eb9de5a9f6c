using CrashShield.Hosting.Circuit;
using CrashShield.Hosting.Handoff;
using CrashShield.Hosting.Tests.Signals;
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

    private async Task<string?> WhyNotAsync(Func<Task<HealthCheckResult>> check)
    {
        var services = new ServiceCollection().AddLogging();
        services.AddHealthChecks().AddAsyncCheck("database", check);
        await using var provider = services.BuildServiceProvider();
        var readiness = new WorkerReadiness([], provider.GetRequiredService<HealthCheckService>(), _fixture.Circuit, Options.Create(new CrashShieldOptions()), _fixture.Time);
        return (await readiness.GetReadyAsync(null, TestContext.Current.CancellationToken)).WhyNot;
    }
}
