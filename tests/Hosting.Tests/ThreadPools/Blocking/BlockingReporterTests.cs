using CrashShield.Hosting.Scheduling;
using CrashShield.Hosting.Tests.Supervision;
using CrashShield.Hosting.ThreadPools.Blocking;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace CrashShield.Hosting.Tests.ThreadPools.Blocking;

public sealed class BlockingReporterTests : IDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly LogRecords _log = new();
    private readonly ShieldSchedule _schedule = new();
    private readonly SemaphoreSlim _taken = new(0);
    private readonly List<BlockingReporter> _reporters = [];
    private BlockingSample _sample = new([Place("Shop.A", 9)], 10);
    private int _samples;

    [Fact]
    public async Task EachPlaceIsToldOnce()
    {
        var reporter = await Started();
        reporter.Report();
        await _taken.WaitAsync(TestContext.Current.CancellationToken).Within();
        _time.Advance(BlockingReporter.Interval);
        reporter.Report();
        await _taken.WaitAsync(TestContext.Current.CancellationToken).Within();
        await Deadline.Until(() => reporter.Last is not null, "the result");

        var record = Assert.Single(_log.All);
        Assert.Equal((LogLevel.Warning, 2500, "PoolBlocked"), (record.Level, record.Event.Id, record.Event.Name));
        Assert.Equal(("9", "10", "Shop.A", "System.Threading.Thread.Sleep"), (record["Threads"], record["All"], record["Code"], record["Wait"]));
        Assert.Equal("System.Threading.Thread.Sleep <- Shop.A", record["Stack"]);
        Assert.Same(_sample, reporter.Last);
    }

    [Theory]
    [InlineData(false, "the pool's minimum")]
    [InlineData(true, "the maximum")]
    public async Task TellsWhatToRaise(bool isAtMaximum, string what)
    {
        var reporter = await Started();
        reporter.Report(isAtMaximum);
        await Deadline.Until(() => _log.All.Count == 1, "the place is told");

        Assert.EndsWith($" or raise {what}.", _log.All[0]["Relief"]);
    }

    [Fact]
    public async Task SamplesOnceInTenMinutes()
    {
        var reporter = await Started();
        for (var i = 0; i < 119; i++)
        {
            reporter.Report();
            _time.Advance(TimeSpan.FromSeconds(5));
        }

        await _taken.WaitAsync(TestContext.Current.CancellationToken).Within();
        Assert.Equal(1, _samples);
        _time.Advance(TimeSpan.FromSeconds(5));
        reporter.Report();
        await _taken.WaitAsync(TestContext.Current.CancellationToken).Within();
        Assert.Equal(2, _samples);
    }

    [Fact]
    public void AtMostThreePlacesAreTold()
    {
        var reporter = Reporter();
        _sample = new([Place("Shop.A", 4), Place("Shop.B", 4), Place("Shop.C", 4), Place("Shop.D", 4)], 16);
        reporter.Step();
        reporter.Step();

        Assert.Equal(3, _log.Named("PoolBlocked").Count);
    }

    [Fact]
    public void PlaceOfFewThreadsIsNotTold()
    {
        _sample = new([Place("Shop.A", 50), Place("Shop.B", 4)], 54);
        Reporter().Step();

        Assert.Single(_log.All);
    }

    [Fact]
    public void WhatPreventsItIsToldOnce()
    {
        _sample = BlockingSample.Unknown("the runtime has no diagnostics port");
        var reporter = Reporter();
        reporter.Step();
        reporter.Step();

        var record = Assert.Single(_log.All);
        Assert.Equal((LogLevel.Warning, 2501, "BlockedStacksUnknown"), (record.Level, record.Event.Id, record.Event.Name));
        Assert.Equal("the runtime has no diagnostics port", record["Reason"]);
        Assert.Same(_sample, reporter.Last);
    }

    [Fact]
    public void BrokenLogDoesNoHarm()
    {
        _log.Throws = true;
        Reporter().Step();
    }

    [Fact]
    public async Task SwitchedOffItTakesNoSample()
    {
        var reporter = Reporter(isOn: false);
        await reporter.StartAsync(TestContext.Current.CancellationToken);
        reporter.Report();

        Assert.Null(reporter.Last);
        Assert.Equal(0, _samples);
    }

    public void Dispose()
    {
        _reporters.ForEach(reporter => reporter.Dispose());
        _schedule.Dispose();
    }

    private static BlockedPlace Place(string code, int threads) => new(code, "System.Threading.Thread.Sleep", threads, ["System.Threading.Thread.Sleep", code]);

    private async Task<BlockingReporter> Started()
    {
        var reporter = Reporter();
        await reporter.StartAsync(TestContext.Current.CancellationToken);
        return reporter;
    }

    private BlockingReporter Reporter(bool isOn = true)
    {
        var reporter = new BlockingReporter(Take, isOn, _schedule, _log.CreateLogger("blocking"), _time);
        _reporters.Add(reporter);
        return reporter;
    }

    private BlockingSample Take(WaitHandle stop)
    {
        Interlocked.Increment(ref _samples);
        _taken.Release();
        return _sample;
    }
}
