using CrashShield.Hosting.Circuit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace CrashShield.Hosting.Tests.Circuit;

public sealed class HealthCheckSourceTests : IDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly List<HealthStatus> _database = [];
    private ServiceProvider? _services;
    private int _rounds;

    [Theory]
    [InlineData(2)]
    [InlineData(0)]
    public void DependencyThatIsUpTwoRoundsAfterTheStartChangesNothing(int rounds)
    {
        _database.AddRange(Enumerable.Repeat(HealthStatus.Unhealthy, rounds));
        var state = Follow(Source(tags: []), rounds: 20);
        Assert.Equal(CircuitLevel.Closed, state.Level);
    }

    [Fact]
    public void OneSlowRoundChangesNothing()
    {
        var state = new SourceState("health-checks", new(), _time);
        var source = Source(tags: []);
        Round(state, source);
        // As one that has taken longer than its interval.
        state.Take(new(1, "they have not ended within 10 s") { IsOthers = true });
        _time.Advance(TimeSpan.FromSeconds(10));
        for (var i = 0; i < 5; i++)
        {
            Round(state, source);
            Assert.Equal(CircuitLevel.Closed, state.Level);
        }
    }

    [Fact]
    public void DependencyThatIsAwayForHoursOpensAndDoesNotFailWhatARestartWouldNotHelp()
    {
        _database.AddRange(Enumerable.Repeat(HealthStatus.Unhealthy, 1000));
        var source = Source(tags: ["ready"]);
        var state = Follow(source, rounds: 1000);
        Assert.Equal((CircuitLevel.Open, "database is Unhealthy (it said so)"), (state.Level, state.Reason));
        for (var i = 0; i < 3; i++)
            Round(state, source);
        Assert.Equal(CircuitLevel.Closed, state.Level);
    }

    [Fact]
    public void CheckOfTheProcessItselfStillFailsIt()
    {
        _database.AddRange(Enumerable.Repeat(HealthStatus.Unhealthy, 1000));
        Assert.Equal(CircuitLevel.Failed, Follow(Source(tags: ["live"]), rounds: 100).Level);
    }

    [Fact]
    public void CheckThatIsForOthersToSeeIsNotRun()
    {
        _database.Add(HealthStatus.Unhealthy);
        Assert.Equal(PressureReading.None, Source(tags: ["crashshield-ignore"]).Read());
        Assert.Equal(0, _rounds);
    }

    [Fact]
    public void DependencyThatOnlyDegradesDoesNotOpen()
    {
        _database.AddRange(Enumerable.Repeat(HealthStatus.Degraded, 1000));
        Assert.Equal(CircuitLevel.Degraded, Follow(Source(tags: []), rounds: 1000).Level);
    }

    public void Dispose() => _services?.Dispose();

    private HealthCheckSource Source(string[] tags)
    {
        var services = new ServiceCollection().AddLogging();
        services.AddHealthChecks().AddCheck("database", () => new(_rounds++ < _database.Count ? _database[_rounds - 1] : HealthStatus.Healthy, "it said so"), tags);
        _services = services.BuildServiceProvider();
        return new(_services.GetRequiredService<HealthCheckService>(), _services.GetRequiredService<IOptions<HealthCheckServiceOptions>>(), Options.Create(new CrashShieldOptions()));
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
