using CrashShield.Hosting.Circuit;
using Microsoft.Extensions.Time.Testing;

namespace CrashShield.Hosting.Tests.Circuit;

public class SourceStateTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly SourceState _source;

    public SourceStateTests() => _source = new("memory", new CircuitOptions(), _time);

    [Fact]
    public void ShortSpikeChangesNothing()
    {
        Take(1, 1, 0.2, 1, 1);
        Assert.Equal(CircuitLevel.Closed, _source.Level);
    }

    [Fact]
    public void ThreeHighReadingsDegradeAndThreeCriticalOnesOpen()
    {
        Take(0.9, 0.95, 1);
        Assert.Equal(CircuitLevel.Degraded, _source.Level);
        Take(1, 1);
        Assert.Equal(CircuitLevel.Open, _source.Level);
    }

    [Fact]
    public void RecoversAfterTenCalmSecondsInARow()
    {
        Take(1, 1, 1);
        Calm(9.9, 0.8);
        Take(0.81);
        Calm(9.9, 0.8);
        // Ten seconds below 0.9, but not yet ten at 0.8.
        Assert.Equal(CircuitLevel.Degraded, _source.Level);
        Calm(0.2, 0.8);
        Assert.Equal(CircuitLevel.Closed, _source.Level);
    }

    [Fact]
    public void ReasonStaysAsLongAsTheLevelThatItHasEntered()
    {
        for (var i = 0; i < 3; i++)
            _source.Take(new(1, "195 of 200 MiB"));
        Calm(10.1, 0.85);
        Assert.Equal((CircuitLevel.Degraded, "195 of 200 MiB"), (_source.Level, _source.Reason));
        Calm(10.1, 0);
        Assert.Equal((CircuitLevel.Closed, null), (_source.Level, _source.Reason));
    }

    [Fact]
    public void GoesFromOpenToDegradedWhileThePressureIsBetween()
    {
        Take(1, 1, 1);
        Calm(10.1, 0.85);
        Assert.Equal(CircuitLevel.Degraded, _source.Level);
        Calm(60, 0.85);
        Assert.Equal(CircuitLevel.Degraded, _source.Level);
    }

    [Fact]
    public void StaysWhereItIsBetweenTheThresholds()
    {
        Take(0.9, 0.9, 0.9);
        for (var i = 0; i < 1_000; i++)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            Take(i % 2 == 0 ? 0.89 : 0.81);
        }

        Assert.Equal(CircuitLevel.Degraded, _source.Level);
    }

    [Fact]
    public void ClockThatJumpsChangesNothing()
    {
        var time = new JumpingClock(_time);
        var source = new SourceState("memory", new CircuitOptions(), time);
        for (var i = 0; i < 3; i++)
            source.Take(new(1));
        source.Take(new(0));
        time.Jump = TimeSpan.FromDays(-400);
        source.Take(new(0));
        time.Jump = TimeSpan.FromDays(400);
        source.Take(new(0));
        Assert.Equal(CircuitLevel.Open, source.Level);
        _time.Advance(TimeSpan.FromSeconds(10));
        source.Take(new(0));
        Assert.Equal(CircuitLevel.Closed, source.Level);
    }

    [Fact]
    public void FailureIsDatedFromItsBeginning()
    {
        _source.Take(new(1, "a deadlock", IsBeyondRecovery: true));
        var since = _source.Since;
        _time.Advance(TimeSpan.FromSeconds(1));
        _source.Take(new(1, "a deadlock", IsBeyondRecovery: true));
        Assert.Equal((CircuitLevel.Failed, since), (_source.Level, _source.Since));
    }

    [Fact]
    public void OpenForTooLongFails()
    {
        Take(1, 1, 1);
        Calm(599, 1);
        Assert.Equal(CircuitLevel.Open, _source.Level);
        Calm(2, 1);
        Assert.Equal(CircuitLevel.Failed, _source.Level);
        Calm(100, 0);
        Assert.Equal(CircuitLevel.Failed, _source.Level);
    }

    [Fact]
    public void BlindSourceAsksForNothingUntilItSeesAgain()
    {
        Take(1, 1, 1);
        Assert.True(_source.Blind("it threw"));
        Assert.False(_source.Blind("it threw again"));
        Assert.Equal(new("memory", 0, CircuitLevel.Closed, "it threw", _time.GetUtcNow(), true), _source.Report);
        Take(1, 1);
        Assert.Equal((CircuitLevel.Closed, false), (_source.Level, _source.IsBlind));
        Take(1);
        Assert.Equal(CircuitLevel.Open, _source.Level);
    }

    private void Take(params double[] pressures)
    {
        foreach (var pressure in pressures)
            _source.Take(new(pressure));
    }

    private void Calm(double seconds, double pressure)
    {
        for (var step = 0; step <= seconds * 10; step++)
        {
            Take(pressure);
            _time.Advance(TimeSpan.FromSeconds(0.1));
        }
    }

    private sealed class JumpingClock(FakeTimeProvider time) : TimeProvider
    {
        public TimeSpan Jump { get; set; }

        public override long TimestampFrequency => time.TimestampFrequency;

        public override DateTimeOffset GetUtcNow() => time.GetUtcNow() + Jump;

        public override long GetTimestamp() => time.GetTimestamp();
    }
}
