using CrashShield.Init.Listeners;
using CrashShield.Init.Marker;
using CrashShield.Init.Options;
using CrashShield.Init.Processes;
using CrashShield.Init.Systemd;
using CrashShield.Init.Tests.Marker;
using CrashShield.Init.Workers;
using Microsoft.Extensions.Time.Testing;

namespace CrashShield.Init.Tests.Workers;

public class LeadTests
{
    private static readonly ExitStatus Abort = ExitStatus.FromWait(6);
    private static readonly ExitStatus Killed = ExitStatus.FromWait(9);
    private static readonly ExitStatus Success = ExitStatus.FromWait(0);

    private readonly FakeTimeProvider _time = new();
    private readonly FakeWorkers _workers = new();
    private readonly List<string> _ends = [];
    private readonly List<string> _progress = [];

    [Fact]
    public void AFirstWorkerIsWelcomedAndOpened()
    {
        var lead = Start();
        _workers.Say(1, "hello");
        Assert.Equal("welcome state", _workers.Told(1));
        _workers.Say(1, "ready");
        Assert.Equal("open", _workers.Told(1));
        _workers.Say(1, "opened");
        Assert.Equal(StartupStep.Serving, lead.Serving!.Startup!.Step);
    }

    [Fact]
    public void AWorkerThatIsNotReadyInTimeIsKilledAndStartedAgain()
    {
        var lead = Start();
        _workers.Say(1, "hello");
        Advance(lead, 60);
        Assert.EndsWith("KILL", _workers.Told(1));
        lead.Exited(101, Killed);
        Advance(lead, 0);

        Assert.Equal(2, lead.Serving!.Generation);
        Assert.Equal(DeathKind.Bound, _workers.Deaths[1]!.Kind);
    }

    [Fact]
    public void AFirstWorkerOfAnotherProtocolIsRefused()
    {
        var lead = Start();
        _workers.Say(1, FakeWorkers.Hello(protocol: 2));
        Assert.Equal("refuse KILL", _workers.Told(1));
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
        Assert.Single(_workers.Started);
    }

    [Fact]
    public void ASilentWorkerAfterOneThatSpokeHasFailed()
    {
        var lead = StartServing();
        lead.Exited(101, Abort);
        Advance(lead, 0);
        Advance(lead, 10);

        Assert.Equal("KILL", _workers.Told(2));
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
        Assert.Single(_workers.Started);
    }

    [Fact]
    public void AWorkerThatFailsWithoutAProbationServesOn()
    {
        var lead = StartServing();
        _workers.Say(1, "failed");

        Assert.Equal("", _workers.Told(1));
        Assert.Equal(StartupStep.Serving, lead.Serving!.Startup!.Step);
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
        _workers.Say(1, "restart");
        Assert.Equal("restarting", _workers.Told(1));
        _workers.Say(1, "restart");
        Assert.Equal("refuse", _workers.Told(1));
        Assert.Equal(2, _workers.Started.Count);
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
        Assert.Equal("offer collect pause stop", _workers.Told(1));
        Assert.Equal("True: worker 102 (generation 2, version 1.0.0) serves", Assert.Single(_ends));

        Advance(lead, 45);
        Assert.Equal("KILL", _workers.Told(1));
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

        Assert.EndsWith("resume", _workers.Told(1));
        Assert.Equal(101, lead.Serving!.ProcessId);
        Assert.StartsWith("False: ", Assert.Single(_ends));
        Assert.Null(lead.BeginRestart("test"));
    }

    [Fact]
    public void ItTellsHowLongBothAccepted()
    {
        var lead = StartServing();
        Assert.Null(lead.BeginRestart("test"));
        _workers.Say(2, "hello");
        _workers.Say(1, "verdict", "state");
        _workers.Say(2, "ready", "opened");
        _time.Advance(TimeSpan.FromMilliseconds(1.5));
        _workers.Say(1, "paused");
        Assert.Contains("both accepted for 1.5ms", _progress[^1]);

        lead.Exited(102, Abort);
        _time.Advance(TimeSpan.FromMilliseconds(2.1));
        _workers.Say(1, "opened");
        Assert.EndsWith("accepts again, rolled back in 2.1ms", _progress[^1]);
        var told = _progress.Count;
        _workers.Say(1, "opened");
        Assert.Equal(told, _progress.Count);
    }

    [Fact]
    public void AnOldWorkerThatDiesDuringAHandOverIsReplacedByTheNewOne()
    {
        var lead = StartServing();
        lead.BeginRestart("test");
        _workers.Say(2, "hello");
        lead.Exited(101, Abort);
        Assert.Equal("welcome state", _workers.Told(2));
        _workers.Say(2, "ready", "opened");

        Assert.Equal(102, lead.Serving!.ProcessId);
        Assert.Equal(StartupStep.Serving, lead.Serving.Startup!.Step);
    }

    [Fact]
    public void ANewWorkerWithAPartOfTheStateAloneIsReplacedByOneWithoutAny()
    {
        var listeners = new ListenerTable();
        var lead = StartServing(listeners: listeners);
        _workers.Say(1, new Message(ControlType.Listen) { Endpoint = "tcp:127.0.0.1:0" });
        lead.BeginRestart("test");
        _workers.Say(2, "hello");
        _workers.Say(1, "verdict");
        _workers.Say(1, new Message(ControlType.State) { Name = "carts", Data = "YQ==" });
        lead.Exited(101, Abort);
        Assert.Equal("welcome state:carts KILL", _workers.Told(2));
        Assert.Contains("died in the middle of handing over its state", Assert.Single(_ends));
        // Clients wait in it for the next one.
        Assert.Single(listeners.All);
        listeners.CloseAll();

        Advance(lead, 0);
        _workers.Say(3, "hello", "ready", "opened");
        Assert.Equal("welcome state open", _workers.Told(3));
        Assert.Equal(103, lead.Serving!.ProcessId);
    }

    [Fact]
    public void ANewWorkerWithTheWholeStateGoesOnWithoutTheOldOne()
    {
        var lead = StartServing();
        lead.BeginRestart("test");
        _workers.Say(2, "hello");
        _workers.Say(1, "verdict");
        _workers.Say(1, new Message(ControlType.State) { Name = "carts", Data = "YQ==" });
        _workers.Say(1, "state");
        lead.Exited(101, Abort);
        _workers.Say(2, "ready", "opened");

        Assert.Equal("welcome state:carts state hurry open+death", _workers.Told(2));
        Assert.Equal(102, lead.Serving!.ProcessId);
    }

    [Fact]
    public void ASpareIsOpenedAtOnceAndReplaced()
    {
        var lead = StartServing(spare: true);
        Advance(lead, 1);
        _workers.Say(2, "hello", "ready");
        Assert.Equal("welcome state", _workers.Told(2));

        lead.Exited(101, Abort);
        Assert.Equal("open+death", _workers.Told(2));
        _workers.Say(2, "opened");
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
        _workers.Say(2, "hello", "ready");
        Swap(lead, 1, 3);
        Advance(lead, 10);
        Advance(lead, 1);

        Assert.EndsWith("stop", _workers.Told(2));
        Assert.Equal(104, lead.Spare!.ProcessId);
    }

    [Fact]
    public void ADeadServingWorkerIsReplacedByTheSpareBeforeTheNewBuild()
    {
        var lead = StartServing(spare: true);
        Advance(lead, 1);
        _workers.Say(2, "hello", "ready");
        _workers.Told(2);
        lead.BeginRestart("test");
        lead.Exited(101, Abort);

        Assert.Equal("open+death", _workers.Told(2));
        Assert.Equal("KILL", _workers.Told(3));
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
        Assert.Equal("TERM", _workers.Told(1));
        Advance(lead, 44);
        Assert.Equal("", _workers.Told(1));
        Advance(lead, 1);
        Assert.Equal("KILL", _workers.Told(1));
        lead.Exited(101, Killed);

        Assert.Equal(137, lead.ExitCode);
    }

    [Fact]
    public void ASecondTermKillsAtOnce()
    {
        var lead = StartServing();
        lead.Stop("SIGTERM", forward: true);
        lead.Stop("SIGTERM", forward: true);

        Assert.Equal("TERM KILL", _workers.Told(1));
    }

    [Fact]
    public void AWorkerThatHasHandedOverIsNotHurriedByTerm()
    {
        var lead = StartServing();
        Swap(lead, 1, 2);
        Advance(lead, 10);
        Assert.EndsWith("stop", _workers.Told(1));
        lead.Stop("SIGTERM", forward: true);

        Assert.Equal("", _workers.Told(1));
        Assert.EndsWith("TERM", _workers.Told(2));
        lead.Stop("SIGTERM", forward: true);
        Assert.Equal("KILL", _workers.Told(1));
    }

    [Fact]
    public void TheFirstTermAfterAnEndOfItsOwnKillsNothing()
    {
        var lead = StartServing();
        Swap(lead, 1, 2);
        Advance(lead, 10);
        _workers.Told(1);
        lead.Exited(102, Success);
        lead.Stop("SIGTERM", forward: true);
        Assert.Equal("", _workers.Told(1));

        lead.Stop("SIGTERM", forward: true);
        Assert.Equal("KILL", _workers.Told(1));
    }

    [Fact]
    public void ATerminalsInterruptIsNotSentTwice()
    {
        var lead = StartServing();
        SignalRouter.Route(lead, new ReceivedSignal(Signal.Int, FromKernel: true));

        Assert.Equal("", _workers.Told(1));
        lead.Exited(101, Success);
        Assert.Equal(0, lead.ExitCode);
    }

    [Fact]
    public void TermBeforeTheNewGateIsOpenKillsTheNewWorkerAndDrainsTheOldOne()
    {
        var lead = StartServing();
        lead.BeginRestart("test");
        _workers.Say(2, "hello");
        lead.Stop("SIGTERM", forward: true);

        Assert.StartsWith("KILL", _workers.Told(2));
        Assert.Equal("offer TERM", _workers.Told(1));
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

        Assert.EndsWith("TERM", _workers.Told(1));
        Assert.EndsWith("TERM", _workers.Told(2));
        lead.Exited(101, Success);
        Assert.Null(lead.ExitCode);
        lead.Exited(102, ExitStatus.FromWait(0x300));
        Assert.Equal(3, lead.ExitCode);
    }

    [Fact]
    public void ACommandThatIsGoneAtARestartCountsAsADeath()
    {
        var lead = Start(restarts: 1);
        _workers.Errno = 2;
        lead.Exited(101, Abort);
        Advance(lead, 0);

        Assert.Equal(127, lead.ExitCode);
    }

    [Fact]
    public void ACommandThatIsGoneAtAHotRestartChangesNothing()
    {
        var lead = StartServing();
        _workers.Errno = 2;

        Assert.Contains("cannot start app: No such file or directory", lead.BeginRestart("test"));
        Assert.Null(lead.Swap);
        Assert.Equal(101, lead.Serving!.ProcessId);
    }

    [Fact]
    public void AnUnknownTypeIsRefused()
    {
        StartServing();
        _workers.Say(1, "dance");

        Assert.Equal("refuse", _workers.Told(1));
    }

    [Fact]
    public void TheSameEndpointIsTheSameSocketForEachWorker()
    {
        var listeners = new ListenerTable();
        try
        {
            var lead = StartServing(listeners: listeners);
            _workers.Say(1, new Message(ControlType.Listen) { Endpoint = "tcp:127.0.0.1:0" });
            _workers.Say(1, new Message(ControlType.Listen) { Endpoint = "tcp:nowhere:0" });
            Assert.Equal("listening+fd refuse", _workers.Told(1));
            lead.BeginRestart("test");
            _workers.Say(2, new Message(ControlType.Listen) { Endpoint = "tcp:127.0.0.1:0" });

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
        _workers.Say(1, new Message(ControlType.Listen) { Endpoint = "tcp:127.0.0.1:0" });
        Swap(lead, 1, 2);
        Advance(lead, 10);

        Assert.Empty(listeners.All);
    }

    private Lead Start(int restarts = 5, bool spare = false, ListenerTable? listeners = null, OomCounter? oomCounter = null)
    {
        var options = new InitOptions { Restarts = new RestartLimit(restarts, TimeSpan.FromSeconds(60)) };
        var bounds = WorkerBounds.Of(options);
        var lead = new Lead(
            _workers, listeners ?? new ListenerTable(), bounds, new RestartIntensity(options.Restarts, _time, new Random(1)),
            new SpareKeeper(spare, new RestartIntensity(options.Restarts, _time, new Random(1)), bounds, _time),
            RunMarker.Open(null, oomCounter ?? new OomCounter(null), isContinued: false, _time), new Notifier(null, null, _time), _time);
        lead.RestartEnded += (succeeded, text) => _ends.Add($"{succeeded}: {text}");
        lead.Progress += _progress.Add;
        lead.Start();
        return lead;
    }

    private Lead StartServing(bool spare = false, ListenerTable? listeners = null, OomCounter? oomCounter = null)
    {
        var lead = Start(spare: spare, listeners: listeners, oomCounter: oomCounter);
        _workers.Say(1, "hello", "ready", "opened");
        _workers.Told(1);
        return lead;
    }

    private void Swap(Lead lead, int old, int @new)
    {
        Assert.Null(lead.BeginRestart("test"));
        _workers.Say(@new, "hello");
        _workers.Say(old, "verdict", "state");
        _workers.Say(@new, "ready");
        _workers.Say(@new, "opened");
        _workers.Say(old, "paused");
        Assert.Equal(SwapStep.Probation, lead.Swap!.Step);
    }

    private void Advance(Lead lead, int seconds)
    {
        _time.Advance(TimeSpan.FromSeconds(seconds));
        lead.Tick();
    }
}
