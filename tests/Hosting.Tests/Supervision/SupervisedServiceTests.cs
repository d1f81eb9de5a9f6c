using CrashShield.Hosting.Circuit;
using CrashShield.Hosting.Supervision;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace CrashShield.Hosting.Tests.Supervision;

/// <summary>Under a real host, in real time.</summary>
public class SupervisedServiceTests
{
    private static readonly SupervisionPolicy Quick = new() { MaxRestarts = 3, BackoffBase = TimeSpan.Zero };

    private readonly LogRecords _log = new();
    private readonly ServiceJournal _journal = new();

    [Fact]
    public async Task FailureStartsANewInstanceAndTheHostLivesOn()
    {
        using var host = Build(services => services.AddSupervisedService<FirstService>(Quick).AddSupervisedService<SecondService>(Quick));
        await host.StartAsync();
        await _journal.Until("first 1 runs", "second 1 runs");

        var exception = new FormatException();
        _journal.Last<FirstService>().Fail(exception);
        await _journal.Until("first 1 stopped", "first 1 disposed", "first 2 runs");

        var record = Assert.Single(_log.Of(exception));
        Assert.Equal("TaskRestarting", record.Event.Name);
        Assert.Equal(1102, record.Event.Id);
        Assert.DoesNotContain("TraceId", record.Values);
        Assert.False(host.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping.IsCancellationRequested);
        Assert.Equal(CircuitLevel.Closed, Circuit(host).State.Level);
        Assert.DoesNotContain("second 1 stopped", _journal.Lines);
        await host.StopAsync();
        Assert.Equal(
            ["second 1 stopped", "second 1 disposed", "first 2 stopped", "first 2 disposed"],
            _journal.Lines.SkipWhile(line => line != "first 2 runs").Skip(1));
    }

    [Fact]
    public async Task ServiceThatIsNotCorePausesWhileDegradedAndGoesOnAfter()
    {
        using var host = Build(services => services
            .AddSupervisedService<FirstService>(Quick with { PausesWhenDegraded = true })
            .AddSupervisedService<SecondService>(Quick));
        await host.StartAsync();
        await _journal.Until("first 1 runs", "second 1 runs");

        Circuit(host).Hold(CircuitLevel.Degraded, "test");
        await _journal.Until("first 1 stopped", "first 1 disposed");
        Assert.DoesNotContain("first 2 runs", _journal.Lines);
        Circuit(host).Release();
        await _journal.Until("first 2 runs");
        Assert.DoesNotContain("second 1 stopped", _journal.Lines);

        Circuit(host).Hold(CircuitLevel.Open, "test");
        await _journal.Until("first 2 disposed");
        await host.StopAsync();
        Assert.DoesNotContain(_log.All, record => record.Event.Id is 1100 or 1102);
    }

    [Fact]
    public async Task ServiceThatHasEndedIsNotStartedAgainAfterAPause()
    {
        using var host = Build(services => services
            .AddSupervisedService<FirstService>(Quick with { PausesWhenDegraded = true })
            .AddSupervisedService<SecondService>(Quick with { PausesWhenDegraded = true }));
        await host.StartAsync();
        await _journal.Until("first 1 runs", "second 1 runs");
        _journal.Last<FirstService>().Finish();
        await Deadline.Until(() => _log.Named("ServiceEnded").Count == 1, "the end is told");

        Circuit(host).Hold(CircuitLevel.Degraded, "test");
        await _journal.Until("first 1 disposed", "second 1 disposed");
        Circuit(host).Release();
        await _journal.Until("second 2 runs");
        await host.StopAsync();
        Assert.DoesNotContain("first 2 runs", _journal.Lines);
        Assert.Equal(["SecondService"], _log.Named("ServicePaused").Select(record => record["TaskName"]));
    }

    [Fact]
    public async Task RestartsUsedUpFailTheCircuitAndNothingElse()
    {
        using var host = Build(services => services
            .AddSupervisedService<FirstService>(Quick with { MaxRestarts = 1 })
            .AddSupervisedService<SecondService>(Quick));
        await host.StartAsync();
        for (var attempt = 1; attempt <= 2; attempt++)
        {
            await _journal.Until($"first {attempt} runs");
            _journal.Last<FirstService>().Fail(new FormatException());
        }

        await Deadline.Until(() => Circuit(host).State.Level == CircuitLevel.Failed, "the circuit fails");
        Assert.Contains(nameof(FirstService), Circuit(host).State.Reason);
        Assert.False(host.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping.IsCancellationRequested);
        Assert.DoesNotContain("second 1 stopped", _journal.Lines);
        await host.StopAsync();
        Assert.Contains("second 1 stopped", _journal.Lines);
    }

    [Fact]
    public async Task FailedStartIsRestartedToo()
    {
        _journal.FailingStarts = 2;
        using var host = Build(services => services.AddSupervisedService<FirstService>(Quick));
        await host.StartAsync();

        await _journal.Until("first 3 runs");
        Assert.Single(_log.Named("TaskRestarting"));
        await host.StopAsync();
        Assert.Equal("1", Assert.Single(_log.Named("ServiceStillFailing"))["Failures"]);
    }

    [Fact]
    public async Task NormalEndIsNoReasonToRestartUnlessPermanent()
    {
        using var host = Build(services => services
            .AddSupervisedService<FirstService>(Quick)
            .AddSupervisedService<SecondService>(Quick with { Restart = RestartType.Permanent }));
        await host.StartAsync();
        await _journal.Until("first 1 runs", "second 1 runs");
        _journal.Last<FirstService>().Finish();
        _journal.Last<SecondService>().Finish();

        await _journal.Until("second 2 runs");
        Assert.DoesNotContain("first 1 disposed", _journal.Lines);
        Assert.Single(_log.Named("TaskEndedEarly"));
        await Deadline.Until(() => _log.Named("ServiceEnded").Count == 1, "the end is told");
        var ended = _log.Named("ServiceEnded")[0];
        Assert.Equal((LogLevel.Information, nameof(FirstService)), (ended.Level, ended["TaskName"]));
        Assert.NotEmpty(ended["Duration"]);
        await host.StopAsync();
        Assert.Single(_log.Named("ServiceEnded"));
        Assert.Contains("first 1 disposed", _journal.Lines);
        Assert.DoesNotContain("first 2 runs", _journal.Lines);
    }

    [Fact]
    public async Task ServiceThatIgnoresItsStopHoldsUpNobody()
    {
        using var host = Build(services => services
            .AddSupervisedService<FirstService>(Quick)
            .AddSupervisedService<SecondService>(Quick with { ShutdownTimeout = TimeSpan.FromMilliseconds(50) }));
        await host.StartAsync();
        await _journal.Until("first 1 runs", "second 1 runs");
        _journal.Last<SecondService>().IgnoresStop = true;

        await host.StopAsync().Within();
        Assert.Contains("first 1 disposed", _journal.Lines);
        Assert.Contains(nameof(SecondService), Assert.Single(_log.Named("TaskStuck"))["TaskName"]);
    }

    [Fact]
    public async Task FailureWhileStoppingIsLogged()
    {
        using var host = Build(services => services.AddSupervisedService<FirstService>(Quick));
        await host.StartAsync();
        await _journal.Until("first 1 runs");
        var exception = new FormatException();
        _journal.Last<FirstService>().FailureOnStop = exception;

        await host.StopAsync().Within();
        Assert.Equal("TaskFailed", Assert.Single(_log.Of(exception)).Event.Name);
    }

    [Fact]
    public async Task SameServiceTwiceIsOne()
    {
        using var host = Build(services => services.AddSupervisedService<FirstService>(Quick).AddSupervisedService<FirstService>(Quick));
        await host.StartAsync();
        await _journal.Until("first 1 runs");
        await host.StopAsync();
        Assert.DoesNotContain("first 2 runs", _journal.Lines);
    }

    [Fact]
    public async Task WithoutAddCrashShieldTheStartNamesTheMissingCall()
    {
        var builder = Host.CreateEmptyApplicationBuilder(new());
        builder.Services.AddSupervisedService<FirstService>();
        using var host = builder.Build();
        var refusal = await Assert.ThrowsAsync<InvalidOperationException>(() => host.StartAsync());
        Assert.Contains("AddCrashShield", refusal.Message);
        Assert.Contains("AddSupervisedService<FirstService>()", refusal.Message);
    }

    private static HealthCircuit Circuit(IHost host) => host.Services.GetRequiredService<HealthCircuit>();

    private IHost Build(Action<IServiceCollection> configure)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new());
        builder.Logging.AddProvider(_log);
        builder.Services.AddSingleton(_journal);
        // The tests' process goes on.
        builder.Services.AddCrashShield(new ConfigurationBuilder().Build(), shield => shield.Circuit.ExitWhenFailed = false);
        configure(builder.Services);
        return builder.Build();
    }

    [Fact]
    public async Task ServiceThatBlocksInItsStopKeepsNoOtherFromPausing()
    {
        using var blocked = new ManualResetEventSlim();
        using var host = Build(services => services
            .AddSingleton(blocked)
            .AddSupervisedService<FirstService>(Quick with { PausesWhenDegraded = true })
            .AddSupervisedService<BlockingStop>(Quick with { PausesWhenDegraded = true })
            .AddSupervisedService<SecondService>(Quick with { PausesWhenDegraded = true }));
        await host.StartAsync();
        await _journal.Until("first 1 runs", "second 1 runs");
        await Deadline.Until(() => BlockingStop.IsRunning, "it runs");

        Circuit(host).Hold(CircuitLevel.Degraded, "test");
        await _journal.Until("first 1 disposed", "second 1 disposed");
        Circuit(host).Release();
        await _journal.Until("first 2 runs", "second 2 runs");
        blocked.Set();
        await host.StopAsync();
    }

    [Fact]
    public async Task WorkThatWasGivenNoTaskIsABug()
    {
        using var host = Build(services => services.AddSupervisedService<NoTask>(Quick with { MaxRestarts = 1 }));
        await host.StartAsync();
        await Deadline.Until(() => Circuit(host).State.Level == CircuitLevel.Failed, "the circuit fails");
        Assert.Contains(_log.All, record => record.Exception is InvalidOperationException && record.Exception.Message.EndsWith("NoTask.ExecuteAsync returned null.", StringComparison.Ordinal));
        await host.StopAsync();
    }

    [Fact]
    public async Task HostThatIsDisposedOfWithoutAStopEndsItsServices()
    {
        var host = Build(services => services.AddSupervisedService<FirstService>(Quick));
        await host.StartAsync();
        await _journal.Until("first 1 runs");
        host.Dispose();
        await _journal.Until("first 1 stopped");
    }

    private sealed class NoTask : BackgroundService
    {
        protected override Task ExecuteAsync(CancellationToken stoppingToken) => null!;
    }

    // Ends by its token, and then waits for what does not come.
    private sealed class BlockingStop(ManualResetEventSlim blocked) : BackgroundService
    {
        public static bool IsRunning { get; private set; }

        public override Task StopAsync(CancellationToken cancellationToken)
        {
            blocked.Wait(TimeSpan.FromSeconds(60), CancellationToken.None);
            return base.StopAsync(cancellationToken);
        }

        protected override Task ExecuteAsync(CancellationToken stoppingToken)
        {
            IsRunning = true;
            return Task.Delay(Timeout.InfiniteTimeSpan, stoppingToken);
        }
    }
}
