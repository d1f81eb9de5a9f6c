using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using CrashShield.Hosting.Drain;
using CrashShield.Hosting.Scheduling;
using CrashShield.Hosting.Telemetry;
using CrashShield.Hosting.Tests.Supervision;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace CrashShield.Hosting.Tests.Drain;

public sealed class DrainSequenceTests : IDisposable
{
    private static readonly DrainTimes Times = new(TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(30), null, TimeSpan.FromSeconds(3));

    private readonly FakeTimeProvider _time = new();
    private readonly LogRecords _log = new();
    private readonly ServingState _serving = new() { HasServer = true };
    private readonly Lifetime _lifetime = new();
    private readonly RecordedEnd _end = new();
    private readonly ConcurrentQueue<double> _durations = [];
    private readonly ShieldMeter _meter = new(new ServiceCollection().AddMetrics().BuildServiceProvider().GetRequiredService<IMeterFactory>());
    private readonly ShieldSchedule _schedule = new();
    private readonly DrainNotice _notice;
    private readonly DrainSequence _drain;

    public DrainSequenceTests()
    {
        var loggers = new LoggerFactory([_log]);
        _meter.AttachTo(_ => (value, _) => _durations.Enqueue(value));
        _notice = new(_serving, new Logger<DrainNotice>(loggers));
        _drain = new(_serving, _notice, Times, _lifetime, _end, _schedule, _meter, new Logger<DrainSequence>(loggers), _time);
        _drain.Start();
        _lifetime.Started.Cancel();
    }

    public void Dispose()
    {
        _drain.Dispose();
        // Ends the watch, too.
        _time.Advance(TimeSpan.FromHours(1));
        _schedule.Dispose();
    }

    [Fact]
    public async Task GoesStepByStep()
    {
        _drain.Begin("SIGTERM");
        Assert.Equal((ServingPhase.Draining, false), (_serving.Phase, _serving.IsLameDuck));
        await ReachedAsync(DrainStage.Delay);
        await Deadline.Until(() => _notice.Draining.IsCancellationRequested, "the application is told");

        _time.Advance(TimeSpan.FromSeconds(4.9));
        Assert.Equal((DrainStage.Delay, false), (_drain.Stage, _serving.IsLameDuck));
        await AdvanceToAsync(DrainStage.LameDuck);
        await Deadline.Until(() => _serving.IsLameDuck && _notice.LameDuck.IsCancellationRequested, "the lame duck");
        Assert.False(_lifetime.ApplicationStopping.IsCancellationRequested);

        await AdvanceToAsync(DrainStage.Services);
        Assert.True(_lifetime.ApplicationStopping.IsCancellationRequested);
        Assert.False(_drain.Now.IsCancellationRequested);
    }

    [Fact]
    public async Task TheSecondRequestMeansNow()
    {
        _drain.Begin("SIGTERM");
        await ReachedAsync(DrainStage.Delay);

        _time.Advance(TimeSpan.FromSeconds(1));
        _drain.Begin("SIGINT");
        _drain.Begin("SIGINT");

        await ReachedAsync(DrainStage.Services);
        Assert.True(_drain.Now.IsCancellationRequested);
        Assert.Single(_log.Named("DrainHurried"));
        Assert.Single(_log.Named("DrainBegan"));
    }

    [Fact]
    public async Task SignalsWithinASecondAreOneRequest()
    {
        _drain.Begin("SIGTERM");
        await ReachedAsync(DrainStage.Delay);
        _drain.Begin("SIGTERM");
        _time.Advance(TimeSpan.FromSeconds(0.9));
        _drain.Begin("SIGHUP");

        Assert.False(_drain.Now.IsCancellationRequested);
        Assert.Equal(DrainStage.Delay, _drain.Stage);
        Assert.Empty(_log.Named("DrainHurried"));
    }

    [Fact]
    public async Task TheFirstSignalDoesNotHurryWhatAnotherHasBegun()
    {
        _drain.TryBegin("Hot restart");
        await ReachedAsync(DrainStage.Delay);
        _time.Advance(TimeSpan.FromSeconds(2));
        _drain.Begin("SIGTERM");
        Assert.False(_drain.Now.IsCancellationRequested);

        _time.Advance(TimeSpan.FromSeconds(1));
        _drain.Begin("SIGTERM");
        Assert.True(_drain.Now.IsCancellationRequested);
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public async Task WhereNobodySendsAnyMoreThereIsNoDelay(bool skipDelay, bool handsOver)
    {
        if (handsOver)
            _serving.TryGo(ServingPhase.HandingOver);

        _drain.Begin("the init", skipDelay);

        await ReachedAsync(DrainStage.LameDuck);
        Assert.Equal(_time.Start, _time.GetUtcNow());
    }

    [Fact]
    public async Task AHostWithoutAServerStopsAtOnceAndDoesNotTalkOfConnections()
    {
        _serving.HasServer = false;
        _drain.Begin("SIGTERM");
        await ReachedAsync(DrainStage.Services);
        _time.Advance(TimeSpan.FromSeconds(1));
        _drain.Begin("SIGTERM");

        Assert.Single(_log.Named("StopBegan"));
        Assert.Single(_log.Named("StopRepeated"));
        Assert.Empty(_log.Named("DrainBegan").Concat(_log.Named("DrainHurried")));
    }

    [Fact]
    public void EachLineSaysWhoseItIs()
    {
        _drain.Begin("SIGTERM");
        _time.Advance(TimeSpan.FromSeconds(1));
        _drain.Begin("SIGTERM");
        _drain.End();

        Assert.All(
            new[] { "DrainHurried", "DrainEnded" },
            name => Assert.Equal(($"{Environment.ProcessId}", "1"), (_log.Named(name).Single()["ProcessId"], _log.Named(name).Single()["Generation"])));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task AHostThatMayTakeForEverIsBoundedWhereTheProcessHasToEnd(bool hasToEnd)
    {
        using var schedule = new ShieldSchedule();
        using var drain = new DrainSequence(
            new() { HasServer = true }, _notice, Times with { Host = Timeout.InfiniteTimeSpan, LameDuck = TimeSpan.Zero }, _lifetime, _end, schedule, _meter, new Logger<DrainSequence>(new LoggerFactory([_log])), _time);
        drain.Start();
        Assert.Equal(TimeSpan.FromSeconds(65), drain.EndsWithin);
        drain.TryBegin("a test", skipDelay: true, hasToEnd);
        await Deadline.Until(() => drain.Stage == DrainStage.Services, "the host is told");

        _time.Advance(TimeSpan.FromSeconds(64));
        Assert.False(_end.Ended.Wait(TimeSpan.FromMilliseconds(300), TestContext.Current.CancellationToken));
        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(hasToEnd, _end.Ended.Wait(TimeSpan.FromSeconds(hasToEnd ? 10 : 0.5), TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData(30, nameof(DrainStage.Callbacks), 3)]
    [InlineData(-0.001, nameof(DrainStage.Services), 3)]
    [InlineData(1, nameof(DrainStage.Services), 1)]
    [InlineData(30, nameof(DrainStage.CleanUp), 38)]
    public async Task AHostThatServesNobodyAndHasFailedHasLittleTimeForItsServices(double host, string stage, int bound)
    {
        using var schedule = new ShieldSchedule();
        using var drain = new DrainSequence(
            new(), _notice, Times with { Host = TimeSpan.FromSeconds(host) }, _lifetime, _end, schedule, _meter, new Logger<DrainSequence>(new LoggerFactory([_log])), _time);
        drain.Start();
        drain.TryBegin("a test", skipDelay: true, hasToEnd: true);
        await Deadline.Until(() => drain.Stage == DrainStage.Services, "the host is told");
        drain.Reach(Enum.Parse<DrainStage>(stage));

        _time.Advance(TimeSpan.FromSeconds(bound - 0.5));
        Assert.False(_end.Ended.Wait(TimeSpan.FromMilliseconds(300), TestContext.Current.CancellationToken));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.True(_end.Ended.Wait(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task TheApplicationIsToldEvenWhenItsCallbackHangsOrThrows()
    {
        using var hang = new ManualResetEventSlim();
        _notice.Draining.Register(() => throw new InvalidOperationException("mine"));
        _notice.LameDuck.Register(hang.Wait);

        _drain.Begin("SIGTERM");
        await AdvanceToAsync(DrainStage.Services);

        await Deadline.Until(() => _log.Named("DrainNoticeFailed").Count == 1, "the failure is logged");
        hang.Set();
    }

    [Theory]
    [InlineData(nameof(DrainStage.Services), "a hosted service")]
    [InlineData(nameof(DrainStage.CleanUp), "a shutdown step")]
    [InlineData(nameof(DrainStage.Exit), "a thread in the foreground")]
    public async Task WhatDoesNotEndIsNamedAndTheProcessEnded(string stage, string named)
    {
        var hangs = Enum.Parse<DrainStage>(stage);
        _drain.Begin("SIGTERM");
        await AdvanceToAsync(DrainStage.Services);
        if (hangs == DrainStage.Exit)
            _drain.End();
        _drain.Reach(hangs);
        Assert.False(_end.Ended.IsSet);

        await Deadline.Until(
            () =>
            {
                _time.Advance(TimeSpan.FromSeconds(5));
                return _end.Ended.IsSet;
            },
            "the process is ended");

        var line = Assert.Single(_log.Named("DrainGivenUp"));
        Assert.Equal((LogLevel.Critical, "70"), (line.Level, line["Status"]));
        Assert.Contains(named, line["What"], StringComparison.Ordinal);
    }

    [Fact]
    public void TheDurationIsShown()
    {
        _meter.Observe();
        _drain.Begin("SIGTERM");
        _time.Advance(TimeSpan.FromSeconds(3));
        _meter.Observe();
        _drain.End();
        _time.Advance(TimeSpan.FromSeconds(3));
        _meter.Observe();

        Assert.Equal([0, 3, 3], _durations);
    }

    private Task ReachedAsync(DrainStage stage) => Deadline.Until(() => _drain.Stage == stage, $"{stage} instead of {_drain.Stage}");

    private Task AdvanceToAsync(DrainStage stage) => Deadline.Until(
        () =>
        {
            if (_drain.Stage < stage)
                _time.Advance(TimeSpan.FromMilliseconds(100));
            return _drain.Stage == stage;
        },
        $"{stage}");

    private sealed class RecordedEnd : ProcessEnd
    {
        public ManualResetEventSlim Ended { get; } = new();

        public override void End() => Ended.Set();
    }

    private sealed class Lifetime : IHostApplicationLifetime
    {
        private readonly CancellationTokenSource _stopping = new();

        public CancellationTokenSource Started { get; } = new();

        public CancellationToken ApplicationStarted => Started.Token;

        public CancellationToken ApplicationStopping => _stopping.Token;

        public CancellationToken ApplicationStopped => default;

        public void StopApplication() => _stopping.Cancel();
    }
}
