using CrashShield.Hosting.Drain;
using CrashShield.Hosting.Serving;
using CrashShield.Hosting.Tests.Supervision;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace CrashShield.Hosting.Tests.Serving;

/// <summary>Services whose turn comes after the start of their host, and ends before its stop.</summary>
public sealed class TurnServicesTests : IAsyncDisposable
{
    private readonly Steps _steps = new();
    private readonly LogRecords _log = new();
    private readonly RecordedEnd _end = new();
    private readonly ServingTurns _turns = new(waits: true);
    private readonly HostOptions _options = new();
    private IHost? _host;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        if (_host is not null)
            await _host.StopAsync(CancellationToken.None);
        _host?.Dispose();
        _turns.Dispose();
    }

    [Fact]
    public async Task ServicesStartInOrderAndRestTheOtherWayRound()
    {
        await StartAsync(new Slow("a", _steps), new Slow("b", _steps));
        Assert.Empty(_steps.All);
        _turns.Serve();
        _steps.WaitFor("b started");
        Assert.True(await _turns.Rest().WaitAsync(Cancelled));
        string[] expected =
        [
            "a starting", "b starting", "a starts", "a has started", "b starts", "b has started", "a started", "b started",
            "b stopping", "a stopping", "b stops", "b has stopped", "a stops", "a has stopped", "b stopped", "a stopped",
        ];
        Assert.Equal(expected, _steps.All);
        _steps.Clear();
        await _host!.StopAsync(Cancelled);
        Assert.Empty(_steps.All);
    }

    [Fact]
    public async Task ServicesStartAtOnceWhereTheHostsDo()
    {
        _options.ServicesStartConcurrently = true;
        await StartAsync(new Slow("a", _steps), new Slow("b", _steps));
        _turns.Serve();
        _steps.WaitFor("b started");
        Assert.Equal(["a starts", "b starts"], _steps.All.Skip(2).Take(2));
    }

    [Fact]
    public async Task ServiceThatHasNeverRunIsNotStopped()
    {
        await StartAsync(new Slow("a", _steps));
        await _host!.StopAsync(Cancelled);
        Assert.Empty(_steps.All);
    }

    [Fact]
    public async Task WhatIsStartedLateIsStoppedByStopAsyncAlone()
    {
        await StartAsync(new Drains(_steps));
        _turns.Serve();
        // A stop that comes before its start has ended ends that, too.
        await _host!.Services.GetRequiredService<TurnServices>().Started.WaitAsync(Cancelled);
        await _host.StopAsync(Cancelled);
        Assert.Equal(["runs", "drained", "told to end"], _steps.All);
    }

    [Fact]
    public async Task LaterServiceIsNotStartedAfterOneThatFails()
    {
        await StartAsync(new FailsToStart(times: 1), new Slow("b", _steps));
        _turns.Serve();
        Assert.True(_host!.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping.WaitHandle.WaitOne(TimeSpan.FromSeconds(30)));
        await _host.StopAsync(Cancelled);
        Assert.Equal(["b starting"], _steps.All);
        Assert.Equal(ProcessEnd.Status, _end.ExitStatus);
    }

    [Fact]
    public async Task ServiceThatCannotStartAgainDoesNotEndTheProcessThatGoesOn()
    {
        await StartAsync(new FailsToStart(times: 0), new Slow("b", _steps));
        _turns.Serve();
        _steps.WaitFor("b started");
        Assert.True(await _turns.Rest().WaitAsync(Cancelled));
        _steps.Clear();
        _turns.Serve();
        _steps.WaitFor("b started");
        Assert.Equal(nameof(FailsToStart), Assert.Single(_log.Named("ServiceNotTakenBack"))["Service"]);
        Assert.False(_host!.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping.IsCancellationRequested);
        Assert.Null(_end.ExitStatus);
    }

    [Fact]
    public async Task TurnLastsUntilTheWorkHasEndedAndTheOthersRestInTime()
    {
        _options.ShutdownTimeout = TimeSpan.FromMilliseconds(50);
        var last = new GoesOn();
        await StartAsync(new Slow("a", _steps), last);
        _turns.Serve();
        _steps.WaitFor("a started");
        var rests = _turns.Rest();
        _steps.WaitFor("a has stopped");
        Assert.False(rests.IsCompleted);
        last.Ends.SetResult();
        Assert.True(await rests.WaitAsync(Cancelled));
    }

    private Task StartAsync(params IHostedService[] services)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new() { EnvironmentName = "Production" });
        builder.Logging.AddProvider(_log);
        builder.Services.AddSingleton(Options.Create(_options));
        builder.Services.AddSingleton(provider => new TurnServices(
            _turns, _end, provider.GetRequiredService<IHostApplicationLifetime>(), _options, provider.GetRequiredService<ILogger<HostedServices>>()));
        foreach (var service in services)
            builder.Services.AddSingleton<IHostedService>(provider => provider.GetRequiredService<TurnServices>().Add(service));
        _host = builder.Build();
        return _host.StartAsync(Cancelled);
    }

    private sealed class Slow(string name, Steps steps) : IHostedLifecycleService
    {
        public Task StartingAsync(CancellationToken cancellationToken) => Add("starting");

        public async Task StartAsync(CancellationToken cancellationToken)
        {
            await Add("starts");
            await Task.Delay(20, cancellationToken);
            await Add("has started");
        }

        public Task StartedAsync(CancellationToken cancellationToken) => Add("started");

        public Task StoppingAsync(CancellationToken cancellationToken) => Add("stopping");

        public async Task StopAsync(CancellationToken cancellationToken)
        {
            await Add("stops");
            await Task.Delay(20, CancellationToken.None);
            await Add("has stopped");
        }

        public Task StoppedAsync(CancellationToken cancellationToken) => Add("stopped");

        private Task Add(string step)
        {
            steps.Add($"{name} {step}");
            return Task.CompletedTask;
        }
    }

    private sealed class Drains(Steps steps) : BackgroundService
    {
        public override async Task StopAsync(CancellationToken cancellationToken)
        {
            await Task.Delay(20, CancellationToken.None);
            steps.Add("drained");
            await base.StopAsync(cancellationToken);
        }

        protected override async Task ExecuteAsync(CancellationToken stoppingToken)
        {
            steps.Add("runs");
            await Task.Delay(Timeout.InfiniteTimeSpan, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            steps.Add("told to end");
        }
    }

    private sealed class FailsToStart(int times) : IHostedService
    {
        private int _starts = times;

        public Task StartAsync(CancellationToken cancellationToken) => _starts++ > 0 ? throw new InvalidOperationException("start") : Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }

    private sealed class GoesOn : IHostedService
    {
        public TaskCompletionSource Ends { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public int Starts { get; private set; }

        public Task StartAsync(CancellationToken cancellationToken)
        {
            Starts++;
            return Task.CompletedTask;
        }

        public Task StopAsync(CancellationToken cancellationToken) => Ends.Task;
    }

    private sealed class Blocks : IHostedService, IDisposable
    {
        public ManualResetEventSlim Ends { get; } = new();

        public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken)
        {
            Ends.Wait(TimeSpan.FromSeconds(60), CancellationToken.None);
            return Task.CompletedTask;
        }

        public void Dispose() => Ends.Dispose();
    }

    private sealed class RecordedEnd : ProcessEnd
    {
        public int? ExitStatus { get; private set; }

        public override void ExitWith(int status, Func<bool> holds) => ExitStatus = status;

        public override void End()
        {
        }
    }

    [Fact]
    public async Task OthersStartAgainWhateverGoesOnOfOne()
    {
        _options.ShutdownTimeout = TimeSpan.FromMilliseconds(50);
        var last = new GoesOn();
        await StartAsync(new Slow("a", _steps), last);
        _turns.Serve();
        _steps.WaitFor("a started");
        var rests = _turns.Rest();
        _steps.WaitFor("a has stopped");
        _steps.Clear();
        // The next build has failed.
        _turns.Serve();
        _steps.WaitFor("a started");
        Assert.False(await rests.WaitAsync(Cancelled));
        Assert.Equal(1, last.Starts);
        last.Ends.SetResult();
        await Deadline.Until(() => last.Starts == 2, "it starts again once it has ended");
    }

    [Fact]
    public async Task OneThatBlocksInItsStopKeepsNoOtherRunning()
    {
        _options.ShutdownTimeout = TimeSpan.FromMilliseconds(200);
        using var blocks = new Blocks();
        await StartAsync(new Slow("a", _steps), blocks);
        _turns.Serve();
        _steps.WaitFor("a started");
        _ = _turns.Rest();
        _steps.WaitFor("a has stopped");
        blocks.Ends.Set();
    }
}
