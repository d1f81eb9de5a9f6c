using CrashShield.Hosting.Circuit;
using CrashShield.Hosting.Drain;
using CrashShield.Hosting.Tests.Supervision;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace CrashShield.Hosting.Tests.Circuit;

/// <summary>When it is this process's turn to end. How it ends is tested with real processes.</summary>
public sealed class FailedProcessTests : IAsyncDisposable
{
    // Some looks long.
    private static readonly TimeSpan While = TimeSpan.FromMilliseconds(500);

    private readonly LogRecords _log = new();
    private readonly RecordedEnd _end = new();
    private readonly IHost _host;

    public FailedProcessTests()
    {
        var builder = Host.CreateEmptyApplicationBuilder(new());
        builder.Logging.AddProvider(_log);
        builder.Services.AddCrashShield(new ConfigurationBuilder().Build());
        builder.Services.AddSingleton<ProcessEnd>(_end);
        _host = builder.Build();
    }

    private ServingState Serving => _host.Services.GetRequiredService<ServingState>();

    private DrainSequence Drain => _host.Services.GetRequiredService<DrainSequence>();

    [Fact]
    public async Task AnOldWorkerInAHandOverEndsOnceItServesAgain()
    {
        await _host.StartAsync(TestContext.Current.CancellationToken);
        Serving.TryGo(ServingPhase.HandingOver);
        await FailAsync();
        await Task.Delay(While, TestContext.Current.CancellationToken);
        Assert.Null(Drain.Request);

        Serving.TryGo(ServingPhase.Serving);
        await EndsAsync();
    }

    [Fact]
    public async Task AServerWithoutEndpointsEndsWhenItHasStarted()
    {
        Serving.HasServer = true;
        await FailAsync();
        await _host.StartAsync(TestContext.Current.CancellationToken);

        await EndsAsync();
    }

    [Fact]
    public async Task ServerThatAnswersForLivenessGoesOn()
    {
        Serving.HasServer = Serving.AnswersLiveness = true;
        await _host.StartAsync(TestContext.Current.CancellationToken);
        await FailAsync();

        await Deadline.Until(() => _log.Named("FailedLiveness").Count == 1, "it says that liveness fails");
        Assert.Null(Drain.Request);
    }

    [Fact]
    public async Task AStopThatWasAskedForKeepsItsStatus()
    {
        await _host.StartAsync(TestContext.Current.CancellationToken);
        Drain.Begin("SIGTERM");
        await FailAsync();
        await Task.Delay(While, TestContext.Current.CancellationToken);

        Assert.Null(_end.Asked);
        Assert.Empty(_log.Named("FailedProcessEnds"));
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
    }

    private async Task FailAsync()
    {
        _host.Services.GetRequiredService<HealthCircuit>().Fail("the test asked for it");
        await Deadline.Until(() => _log.Named("CircuitFailed").Count == 1, "the circuit fails");
    }

    private async Task EndsAsync()
    {
        await Deadline.Until(() => _log.Named("FailedProcessEnds").Count == 1, "it ends");
        Assert.Equal((70, "The failure of the circuit"), (_end.Asked, Drain.Request?.By));
        await Deadline.Until(() => _host.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping.IsCancellationRequested, "the host is told");
    }

    // The tests' process goes on.
    private sealed class RecordedEnd : ProcessEnd
    {
        public int? Asked { get; private set; }

        public override void ExitWith(int status, Func<bool> holds) => Asked = status;

        public override void End()
        {
        }
    }
}
