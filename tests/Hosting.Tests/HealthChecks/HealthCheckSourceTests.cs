using CrashShield.Hosting.Circuit;
using CrashShield.Hosting.HealthChecks;
using CrashShield.Hosting.Serving;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace CrashShield.Hosting.Tests.HealthChecks;

public sealed class HealthCheckSourceTests : IDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly List<HealthStatus> _database = [];
    private ServingTurns _turns = new();
    private HealthCheckRounds? _checks;
    private ServiceProvider? _services;
    private int _rounds;

    [Theory]
    [InlineData(2)]
    [InlineData(0)]
    public void DependencyThatIsUpTwoRoundsAfterTheStartChangesNothing(int rounds)
    {
        _database.AddRange(Enumerable.Repeat(HealthStatus.Unhealthy, rounds));
        var state = Follow(Source(tags: ["circuit"]), rounds: 20);
        Assert.Equal((CircuitLevel.Closed, 0), (state.Level, _checks!.NotReady.Count));
    }

    [Fact]
    public void DependencyMakesTheInstanceNotReadyAndNothingMore()
    {
        _database.AddRange(Enumerable.Repeat(HealthStatus.Unhealthy, 1000));
        var source = Source(tags: ["ready"]);
        Assert.False(_checks!.IsKnown);
        var state = Follow(source, rounds: 1000);
        Assert.Equal((CircuitLevel.Closed, 0), (state.Level, _checks.NotLive.Count));
        Assert.Equal("database is Unhealthy (it said so)", Assert.Single(_checks.NotReady).ToString());
        Round(state, source);
        Assert.Empty(_checks.NotReady);
    }

    [Fact]
    public void DependencyThatIsAwayForHoursOpensAndDoesNotFailWhatARestartWouldNotHelp()
    {
        _database.AddRange(Enumerable.Repeat(HealthStatus.Unhealthy, 1000));
        var source = Source(tags: ["circuit"]);
        var state = Follow(source, rounds: 1000);
        Assert.Equal((CircuitLevel.Open, "database is Unhealthy (it said so)"), (state.Level, state.Reason));
        for (var i = 0; i < 3; i++)
            Round(state, source);
        Assert.Equal(CircuitLevel.Closed, state.Level);
    }

    [Fact]
    public void CheckOfTheProcessItselfFailsIt()
    {
        _database.AddRange(Enumerable.Repeat(HealthStatus.Unhealthy, 1000));
        var source = Source(tags: ["live"]);
        var state = Follow(source, rounds: 3);
        Assert.Equal((CircuitLevel.Closed, 1), (state.Level, _checks!.NotLive.Count));
        for (var i = 0; i < 60; i++)
            Round(state, source);
        Assert.Equal(CircuitLevel.Failed, state.Level);
    }

    [Fact]
    public void CheckThatIsForOthersToSeeIsNotRun()
    {
        _database.Add(HealthStatus.Unhealthy);
        Assert.Equal(PressureReading.None, Source(tags: ["crashshield-ignore"]).Read());
        Assert.Equal((0, 0), (_rounds, _checks!.NotReady.Count));
    }

    [Fact]
    public void DependencyThatOnlyDegradesDoesNotOpen()
    {
        _database.AddRange(Enumerable.Repeat(HealthStatus.Degraded, 1000));
        Assert.Equal(CircuitLevel.Degraded, Follow(Source(tags: ["circuit"]), rounds: 1000).Level);
        Assert.Empty(_checks!.NotReady);
    }

    [Fact]
    public void ProcessThatWaitsIsLookedAtAndNotJudged()
    {
        _turns = new(waits: true);
        _database.AddRange(Enumerable.Repeat(HealthStatus.Unhealthy, 1000));
        var source = Source(tags: ["circuit", "ready"]);
        Assert.Equal(CircuitLevel.Closed, Follow(source, rounds: 100).Level);
        Assert.Single(_checks!.NotReady);
        _turns.Serve();
        Assert.Equal(CircuitLevel.Open, Follow(source, rounds: 100).Level);
    }

    [Fact]
    public async Task ProcessWhoseServicesRestIsKnownByWhatWasBefore()
    {
        var source = Source(tags: ["ready"]);
        source.Read();
        _database.AddRange(Enumerable.Repeat(HealthStatus.Unhealthy, 1000));
        await _turns.Rest();
        source.Read();
        Assert.Equal((0, 1), (_checks!.NotReady.Count, _rounds));
    }

    [Fact]
    public void NothingIsAllocatedWhereThereAreNoChecks()
    {
        var source = Source(static checks => { });
        var before = 0L;
        for (var i = 0; i < 1000; i++)
        {
            if (i == 500)
                before = GC.GetAllocatedBytesForCurrentThread();
            source.Read();
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    public void Dispose()
    {
        _services?.Dispose();
        _turns.Dispose();
    }

    private HealthCheckSource Source(string[] tags) => Source(checks => checks.AddCheck(
        "database", () => new(_rounds++ < _database.Count ? _database[_rounds - 1] : HealthStatus.Healthy, "it said so"), tags));

    private HealthCheckSource Source(Action<IHealthChecksBuilder> add)
    {
        var services = new ServiceCollection().AddLogging();
        add(services.AddHealthChecks());
        _services = services.BuildServiceProvider();
        var options = Options.Create(new CrashShieldOptions());
        _checks = new(
            new(_services.GetRequiredService<IServiceScopeFactory>(), _services.GetRequiredService<HealthCheckService>(), NullLogger<QuietHealthChecks>.Instance), _services.GetRequiredService<IOptions<HealthCheckServiceOptions>>(), options, NullLogger<HealthCheckRounds>.Instance);
        return new(_checks, _turns, options, _time);
    }

    private SourceState Follow(HealthCheckSource source, int rounds)
    {
        var state = new SourceState("health-checks", new(), _time);
        for (var i = 0; i < rounds; i++)
            Round(state, source);
        return state;
    }

    private void Round(SourceState state, HealthCheckSource source)
    {
        state.Take(source.Read());
        _time.Advance(TimeSpan.FromSeconds(10));
    }
}
