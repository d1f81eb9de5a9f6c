using CrashShield.Hosting.Supervision;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace CrashShield.Hosting.Tests.Supervision;

/// <summary>Services that fail and whose clean-up does not end: no failure is lost, no restart and no start of the host waits for ever.</summary>
public sealed class HangingCleanupTests : IDisposable
{
    private static readonly SupervisionPolicy Quick = new()
    {
        MaxRestarts = 3,
        BackoffBase = TimeSpan.Zero,
        ShutdownTimeout = TimeSpan.FromMilliseconds(50),
    };

    private readonly LogRecords _log = new();
    private readonly Hang _hang = new();

    public void Dispose() => _hang.Release.TrySetResult();

    [Fact]
    public Task DisposalThatHangsIsLeftBehind() => IsReportedAndStartedAgain<HangingDisposal>();

    [Fact]
    public Task DisposalOfADependencyThatHangsIsLeftBehind() => IsReportedAndStartedAgain<HangingScope>();

    [Fact]
    public Task StopThatBlocksAfterAFailedStartIsLeftBehind() => IsReportedAndStartedAgain<BlockingStop>();

    [Fact]
    public async Task FailureIsLoggedBeforeTheCleanUpHasEnded()
    {
        using var host = Build<HangingDisposal>(Quick with { ShutdownTimeout = TimeSpan.FromHours(1) });
        await host.StartAsync().Within();
        await Deadline.Until(() => _log.Named("TaskRestarting").Count == 1, "the failure is logged");

        Assert.Equal(1, _hang.Instances);
        _hang.Release.SetResult();
        await Deadline.Until(() => _hang.Instances == 2, "the service starts again");
        await host.StopAsync().Within();
        Assert.Empty(_log.Named("TaskStuck"));
    }

    [Fact]
    public async Task LaterFailureOfACleanUpLeftBehindIsLoggedOnce()
    {
        using var host = Build<HangingDisposal>(Quick);
        await host.StartAsync().Within();
        await Deadline.Until(() => _log.Named("TaskStuck").Count == 1, "the clean-up is left behind");
        var late = new TimeoutException();
        _hang.Release.SetException(late);

        await Deadline.Until(() => _log.Of(late).Count > 0, "the late failure is logged");
        await host.StopAsync().Within();
        Assert.Equal("ServiceCleanupFailed", Assert.Single(_log.Of(late)).Event.Name);
    }

    [Fact]
    public async Task FailureWhileStoppingIsLoggedThoughTheDisposalHangs()
    {
        using var host = Build<FailsStopping>(Quick);
        await host.StartAsync().Within();
        await Deadline.Until(() => _hang.Instances == 1, "the service runs");
        await host.StopAsync().Within();

        Assert.Equal("TaskFailed", Assert.Single(_log.Of(_hang.Failure)).Event.Name);
        Assert.Single(_log.Named("TaskStuck"));
    }

    private async Task IsReportedAndStartedAgain<T>()
        where T : class, IHostedService
    {
        using var host = Build<T>(Quick);
        await host.StartAsync().Within();

        await Deadline.Until(() => _hang.Instances == 2, "the service starts again");
        Assert.Equal("TaskRestarting", Assert.Single(_log.Of(_hang.Failure)).Event.Name);
        Assert.Contains(typeof(T).Name, Assert.Single(_log.Named("TaskStuck"))["TaskName"]);
        await host.StopAsync().Within();
    }

    private IHost Build<T>(SupervisionPolicy policy)
        where T : class, IHostedService
    {
        var builder = Host.CreateEmptyApplicationBuilder(new());
        builder.Logging.AddProvider(_log);
        builder.Services.AddSingleton(_hang);
        builder.Services.AddScoped<HangingScope.Dependency>();
        builder.Services.AddCrashShield(new ConfigurationBuilder().Build());
        builder.Services.AddSupervisedService<T>(policy);
        return builder.Build();
    }
}
