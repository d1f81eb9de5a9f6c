using CrashShield.Init.Marker;
using Microsoft.Extensions.Time.Testing;

namespace CrashShield.Init.Tests.Marker;

public class DeathClassifierTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly DeathClassifier _classifier;

    public DeathClassifierTests() => _classifier = new DeathClassifier(_time);

    [Theory]
    [InlineData(0x0000, null, 0L, false, "clean", 0)]
    [InlineData(0x8600, null, 0L, false, "exit", 134)]
    [InlineData(0x0086, null, 0L, false, "signal", 134)]
    [InlineData(0x000f, null, 0L, false, "signal", 143)]
    [InlineData(0x000f, null, 0L, true, "clean", 143)]
    [InlineData(0x0009, null, 1L, false, "oom-killed", 137)]
    [InlineData(0x0009, null, 0L, false, "killed", 137)]
    [InlineData(0x0009, null, null, false, "killed", 137)]
    [InlineData(0x0009, "not ready within 60s", 1L, false, "killed-at-bound", 137)]
    [InlineData(0x000b, null, 1L, false, "signal", 139)]
    public void AWorkersDeathHasAKind(int status, string? killedFor, long? oomKills, bool wasAsked, string kind, int code)
    {
        var death = _classifier.OfWorker(ExitStatus.FromWait(status), 3, killedFor, oomKills, wasAsked);

        Assert.Equal(kind, Death.WordOf(death.Kind));
        Assert.Equal(code, death.Code);
        Assert.StartsWith($"{kind} code={code} generation=3 at=2000-01-01T00:00:00.000Z detail=", death.ToVariable());
    }

    [Theory]
    [InlineData(false, "a", 0L, "init-killed")]
    [InlineData(true, "a", 0L, "killed-by-orchestrator")]
    [InlineData(false, "a", 1L, "oom-killed")]
    [InlineData(false, "b", 0L, "machine-restarted")]
    [InlineData(false, null, null, "init-killed")]
    public void ARunThatDidNotEndHasAKind(bool isStopping, string? bootId, long? oomKills, string kind)
    {
        var run = new RunState { Generation = 2, BootId = "a", OomKills = 0, IsStopping = isStopping };

        Assert.Equal(kind, Death.WordOf(_classifier.OfRun(run, bootId, oomKills)!.Kind));
    }

    [Fact]
    public void ARunThatEndedTellsItsLastDeath()
    {
        var death = new Death(DeathKind.Signal, 139, _time.GetUtcNow(), 4, "ended by SIGSEGV");

        Assert.Equal(death, _classifier.OfRun(new RunState { HasEnded = true, LastDeath = death }, null, null));
        Assert.Null(_classifier.OfRun(null, null, null));
    }
}
