using CrashShield.Init.Marker;
using CrashShield.Init.Tests.Marker;
using CrashShield.Init.Workers;

namespace CrashShield.Init.Tests.Workers;

public class LeadTests : LeadTestBase
{
    [Fact]
    public void AFirstWorkerIsWelcomedAndOpened()
    {
        var lead = Start();
        Workers.Say(1, "hello");
        Assert.Equal("welcome state", Workers.Told(1));
        Workers.Say(1, "ready");
        Assert.Equal("open", Workers.Told(1));
        Workers.Say(1, "opened");
        Assert.Equal(StartupStep.Serving, lead.Serving!.Startup!.Step);
    }

    [Fact]
    public void AWorkerThatIsNotReadyInTimeIsKilledAndStartedAgain()
    {
        var lead = Start();
        Workers.Say(1, "hello");
        Advance(lead, 60);
        Assert.EndsWith("KILL", Workers.Told(1));
        lead.Exited(101, Killed);
        Advance(lead, 0);

        Assert.Equal(2, lead.Serving!.Generation);
        Assert.Equal(DeathKind.Bound, Workers.Deaths[1]!.Kind);
    }

    [Fact]
    public void AFirstWorkerOfAnotherProtocolIsRefused()
    {
        var lead = Start();
        Workers.Say(1, FakeWorkers.Hello(protocol: 2));
        Assert.Equal("refuse KILL", Workers.Told(1));
        lead.Exited(101, Killed);

        Assert.Contains("it speaks version 2 of the protocol, this process version 1", lead.LastDeath!.Detail);
    }

    [Fact]
    public void ASilentCommandIsAPlainProgramAndNotHotRestarted()
    {
        var lead = Start();
        Advance(lead, 10);

        Assert.True(lead.Serving!.Startup!.IsPlain);
        Assert.Contains("has said no hello", lead.BeginRestart("test"));
        Assert.Single(Workers.Started);
    }

    [Fact]
    public void ASilentWorkerAfterOneThatSpokeHasFailed()
    {
        var lead = StartServing();
        lead.Exited(101, Abort);
        Advance(lead, 0);
        Advance(lead, 10);
        Assert.Equal("", Workers.Told(2));
        Advance(lead, 50);

        Assert.Equal("KILL", Workers.Told(2));
    }

    [Fact]
    public void AboveTheIntensityItGivesUpWithTheWorkersCode()
    {
        var lead = Start(restarts: 1);
        lead.Exited(101, Abort);
        Advance(lead, 0);
        Assert.Null(lead.ExitCode);
        lead.Exited(102, Abort);

        Assert.Equal(134, lead.ExitCode);
    }

    [Fact]
    public void AWorkerThatFailsWithoutAProbationServesOn()
    {
        var lead = StartServing();
        Workers.Say(1, "failed");

        Assert.Equal("", Workers.Told(1));
        Assert.Equal(StartupStep.Serving, lead.Serving!.Startup!.Step);
    }

    [Fact]
    public void ASpareIsOpenedAtOnceAndReplaced()
    {
        var lead = StartServing(spare: true);
        Advance(lead, 1);
        Workers.Say(2, "hello", "ready");
        Assert.Equal("welcome state", Workers.Told(2));

        lead.Exited(101, Abort);
        Assert.Equal("open+death", Workers.Told(2));
        Workers.Say(2, "opened");
        Advance(lead, 0);
        Assert.Equal(102, lead.Serving!.ProcessId);
        Assert.Null(lead.Spare);
        Advance(lead, 1);
        Assert.Equal(103, lead.Spare!.ProcessId);
    }

    [Fact]
    public void ASpareOfTheOldBuildIsReplacedByAHotRestart()
    {
        var lead = StartServing(spare: true);
        Advance(lead, 1);
        Workers.Say(2, "hello", "ready");
        Swap(lead, 1, 3);
        Advance(lead, 10);
        Advance(lead, 1);

        Assert.EndsWith("stop", Workers.Told(2));
        Assert.Equal(104, lead.Spare!.ProcessId);
    }

    [Fact]
    public void ADeadServingWorkerIsReplacedByTheSpareBeforeTheNewBuild()
    {
        var lead = StartServing(spare: true);
        Advance(lead, 1);
        Workers.Say(2, "hello", "ready");
        Workers.Told(2);
        lead.BeginRestart("test");
        lead.Exited(101, Abort);

        Assert.Equal("open+death", Workers.Told(2));
        Assert.Equal("KILL", Workers.Told(3));
        Assert.Equal(102, lead.Serving!.ProcessId);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void AKillForMemoryIsToldOfTheWorkerThatWasKilled(bool isSpare)
    {
        using var memory = new MemoryEvents();
        var lead = StartServing(spare: isSpare, oomCounter: memory.Counter);
        if (isSpare)
            Advance(lead, 1);
        else
            lead.BeginRestart("test");
        memory.Kill();
        lead.Exited(102, Killed);
        lead.Exited(101, Killed);

        Assert.Equal(DeathKind.Killed, lead.LastDeath!.Kind);
    }

    [Fact]
    public void AKillForMemoryOfBothIsToldOfTheServingWorkerToo()
    {
        using var memory = new MemoryEvents();
        var lead = StartServing(spare: true, oomCounter: memory.Counter);
        Advance(lead, 0);
        memory.Kill(processes: 2);
        lead.Exited(102, Killed);
        Advance(lead, 0);
        lead.Exited(101, Killed);

        Assert.Equal(DeathKind.OutOfMemory, lead.LastDeath!.Kind);
    }

    [Fact]
    public void ACommandThatIsGoneAtARestartCountsAsADeath()
    {
        var lead = Start(restarts: 1);
        Workers.Errno = 2;
        lead.Exited(101, Abort);
        Advance(lead, 0);

        Assert.Equal(127, lead.ExitCode);
    }

    [Fact]
    public void AnUnknownTypeIsRefused()
    {
        StartServing();
        Workers.Say(1, "dance");

        Assert.Equal("refuse", Workers.Told(1));
    }
}
