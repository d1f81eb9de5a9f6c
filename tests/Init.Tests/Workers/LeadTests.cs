using CrashShield.Init.Listeners;
using CrashShield.Init.Marker;
using CrashShield.Init.Processes;
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

        Assert.Contains("it speaks version 2 of the protocol, this init version 1", lead.LastDeath!.Detail);
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
    public void AWorkerThatEndsWellEndsTheService()
    {
        var lead = StartServing();
        lead.Exited(101, Success);

        Assert.Equal(0, lead.ExitCode);
        Assert.Single(Workers.Started);
    }

    [Fact]
    public void ASecondHotRestartIsRefusedByName()
    {
        var lead = StartServing();
        Assert.Null(lead.BeginRestart("test"));

        Assert.Contains("running already: generation 2", lead.BeginRestart("test"));
    }

    [Fact]
    public void AWorkerAsksForAHotRestart()
    {
        StartServing();
        Workers.Say(1, "restart");
        Assert.Equal("restarting", Workers.Told(1));
        Workers.Say(1, "restart");
        Assert.Equal("refuse", Workers.Told(1));
        Assert.Equal(2, Workers.Started.Count);
    }

    [Fact]
    public void AHotRestartHandsOver()
    {
        var lead = StartServing();
        Swap(lead, 1, 2);
        Assert.Equal(102, lead.Target!.ProcessId);
        Assert.Equal(101, lead.Serving!.ProcessId);
        Advance(lead, 10);

        Assert.Equal(102, lead.Serving!.ProcessId);
        Assert.Equal("offer collect pause stop", Workers.Told(1));
        Assert.Equal("True: worker 102 (generation 2, version 1.0.0) serves", Assert.Single(Ends));

        Advance(lead, 75);
        Assert.Equal("KILL", Workers.Told(1));
        lead.Exited(101, Killed);
        Assert.Empty(lead.Retiring);
        Assert.Null(lead.ExitCode);
    }

    [Fact]
    public void ANewWorkerThatDiesOnProbationIsReplacedByTheOldOneAtOnce()
    {
        var lead = StartServing();
        Swap(lead, 1, 2);
        lead.Exited(102, Abort);

        Assert.EndsWith("resume", Workers.Told(1));
        Assert.Equal(101, lead.Serving!.ProcessId);
        Assert.StartsWith("False: ", Assert.Single(Ends));
        Assert.Null(lead.BeginRestart("test"));
    }

    [Fact]
    public void ItTellsHowLongBothAccepted()
    {
        var lead = StartServing();
        Assert.Null(lead.BeginRestart("test"));
        Workers.Say(2, "hello");
        Workers.Say(1, "verdict", "state");
        Workers.Say(2, "ready", "opened");
        Time.Advance(TimeSpan.FromMilliseconds(1.5));
        Workers.Say(1, "paused");
        Assert.Contains("both accepted for 1.5ms", Progress[^1]);

        lead.Exited(102, Abort);
        Time.Advance(TimeSpan.FromMilliseconds(2.1));
        Workers.Say(1, "opened");
        Assert.EndsWith("accepts again, rolled back in 2.1ms", Progress[^1]);
        var told = Progress.Count;
        Workers.Say(1, "opened");
        Assert.Equal(told, Progress.Count);
    }

    [Fact]
    public void AnOldWorkerThatDiesDuringAHandOverIsReplacedByTheNewOne()
    {
        var lead = StartServing();
        lead.BeginRestart("test");
        Workers.Say(2, "hello");
        lead.Exited(101, Abort);
        Assert.Equal("welcome state", Workers.Told(2));
        Workers.Say(2, "ready", "opened");

        Assert.Equal(102, lead.Serving!.ProcessId);
        Assert.Equal(StartupStep.Serving, lead.Serving.Startup!.Step);
    }

    [Fact]
    public void ANewWorkerWithAPartOfTheStateAloneIsReplacedByOneWithoutAny()
    {
        var listeners = new ListenerTable();
        var lead = StartServing(listeners: listeners);
        Workers.Say(1, new Message(ControlType.Listen) { Endpoint = "tcp:127.0.0.1:0" });
        lead.BeginRestart("test");
        Workers.Say(2, "hello");
        Workers.Say(1, "verdict");
        Workers.Say(1, new Message(ControlType.State) { Name = "carts", Data = "YQ==" });
        lead.Exited(101, Abort);
        Assert.Equal("welcome state:carts KILL", Workers.Told(2));
        Assert.Contains("died in the middle of handing over its state", Assert.Single(Ends));
        // Clients wait in it for the next one.
        Assert.Single(listeners.All);
        listeners.CloseAll();

        Advance(lead, 0);
        Workers.Say(3, "hello", "ready", "opened");
        Assert.Equal("welcome state open", Workers.Told(3));
        Assert.Equal(103, lead.Serving!.ProcessId);
    }

    [Fact]
    public void ANewWorkerWithTheWholeStateGoesOnWithoutTheOldOne()
    {
        var lead = StartServing();
        lead.BeginRestart("test");
        Workers.Say(2, "hello");
        Workers.Say(1, "verdict");
        Workers.Say(1, new Message(ControlType.State) { Name = "carts", Data = "YQ==" });
        Workers.Say(1, "state");
        lead.Exited(101, Abort);
        Workers.Say(2, "ready", "opened");

        Assert.Equal("welcome state:carts state hurry open+death", Workers.Told(2));
        Assert.Equal(102, lead.Serving!.ProcessId);
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
    public void TermDrainsAndTheBoundKills()
    {
        var lead = StartServing();
        lead.Stop("SIGTERM", forward: true);
        Assert.Equal("TERM", Workers.Told(1));
        Advance(lead, 74);
        Assert.Equal("", Workers.Told(1));
        Advance(lead, 1);
        Assert.Equal("KILL", Workers.Told(1));
        lead.Exited(101, Killed);

        Assert.Equal(137, lead.ExitCode);
    }

    [Fact]
    public void ASecondTermKillsAtOnce()
    {
        var lead = StartServing();
        lead.Stop("SIGTERM", forward: true);
        lead.Stop("SIGTERM", forward: true);

        Assert.Equal("TERM KILL", Workers.Told(1));
    }

    [Fact]
    public void AWorkerThatHasHandedOverIsNotHurriedByTerm()
    {
        var lead = StartServing();
        Swap(lead, 1, 2);
        Advance(lead, 10);
        Assert.EndsWith("stop", Workers.Told(1));
        lead.Stop("SIGTERM", forward: true);

        Assert.Equal("", Workers.Told(1));
        Assert.EndsWith("TERM", Workers.Told(2));
        lead.Stop("SIGTERM", forward: true);
        Assert.Equal("KILL", Workers.Told(1));
    }

    [Fact]
    public void TheFirstTermAfterAnEndOfItsOwnKillsNothing()
    {
        var lead = StartServing();
        Swap(lead, 1, 2);
        Advance(lead, 10);
        Workers.Told(1);
        lead.Exited(102, Success);
        lead.Stop("SIGTERM", forward: true);
        Assert.Equal("", Workers.Told(1));

        lead.Stop("SIGTERM", forward: true);
        Assert.Equal("KILL", Workers.Told(1));
    }

    [Fact]
    public void ATerminalsInterruptIsNotSentTwice()
    {
        var lead = StartServing();
        SignalRouter.Route(lead, new ReceivedSignal(Signal.Int, FromKernel: true));

        Assert.Equal("", Workers.Told(1));
        lead.Exited(101, Success);
        Assert.Equal(0, lead.ExitCode);
    }

    [Fact]
    public void TermBeforeTheNewGateIsOpenKillsTheNewWorkerAndDrainsTheOldOne()
    {
        var lead = StartServing();
        lead.BeginRestart("test");
        Workers.Say(2, "hello");
        lead.Stop("SIGTERM", forward: true);

        Assert.StartsWith("KILL", Workers.Told(2));
        Assert.Equal("offer TERM", Workers.Told(1));
        lead.Exited(102, Killed);
        lead.Exited(101, Success);
        Assert.Equal(0, lead.ExitCode);
    }

    [Fact]
    public void TermOnProbationDrainsBoth()
    {
        var lead = StartServing();
        Swap(lead, 1, 2);
        lead.Stop("SIGTERM", forward: true);

        Assert.EndsWith("TERM", Workers.Told(1));
        Assert.EndsWith("TERM", Workers.Told(2));
        lead.Exited(101, Success);
        Assert.Null(lead.ExitCode);
        lead.Exited(102, ExitStatus.FromWait(0x300));
        Assert.Equal(3, lead.ExitCode);
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
    public void ACommandThatIsGoneAtAHotRestartChangesNothing()
    {
        var lead = StartServing();
        Workers.Errno = 2;

        Assert.Contains("cannot start app: No such file or directory", lead.BeginRestart("test"));
        Assert.Null(lead.Swap);
        Assert.Equal(101, lead.Serving!.ProcessId);
    }

    [Fact]
    public void AnUnknownTypeIsRefused()
    {
        StartServing();
        Workers.Say(1, "dance");

        Assert.Equal("refuse", Workers.Told(1));
    }

    [Fact]
    public void TheSameEndpointIsTheSameSocketForEachWorker()
    {
        var listeners = new ListenerTable();
        try
        {
            var lead = StartServing(listeners: listeners);
            Workers.Say(1, new Message(ControlType.Listen) { Endpoint = "tcp:127.0.0.1:0" });
            Workers.Say(1, new Message(ControlType.Listen) { Endpoint = "tcp:nowhere:0" });
            Assert.Equal("listening+fd refuse", Workers.Told(1));
            lead.BeginRestart("test");
            Workers.Say(2, new Message(ControlType.Listen) { Endpoint = "tcp:127.0.0.1:0" });

            Assert.Single(listeners.All);
        }
        finally
        {
            listeners.CloseAll();
        }
    }

    [Fact]
    public void ASocketThatTheNewWorkerDoesNotAskForIsClosed()
    {
        var listeners = new ListenerTable();
        var lead = StartServing(listeners: listeners);
        Workers.Say(1, new Message(ControlType.Listen) { Endpoint = "tcp:127.0.0.1:0" });
        Swap(lead, 1, 2);
        Advance(lead, 10);

        Assert.Empty(listeners.All);
    }
}
