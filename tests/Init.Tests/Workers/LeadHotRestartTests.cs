using CrashShield.Init.Listeners;

namespace CrashShield.Init.Tests.Workers;

public class LeadHotRestartTests : LeadTestBase
{
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
    public void ANewWorkerThatStopsOnProbationIsReplacedAtOnceAndFinishesWhatItHasBegun()
    {
        var lead = StartServing();
        Swap(lead, 1, 2);
        Workers.Say(2, new Message(ControlType.Listen) { Endpoint = "tcp:127.0.0.1:0" });
        Workers.Told(2);
        Workers.Say(2, "stopping");

        Assert.EndsWith("resume", Workers.Told(1));
        Assert.Equal("", Workers.Told(2));
        Assert.Equal(101, lead.Target!.ProcessId);
        Assert.Contains("told to stop during probation", Assert.Single(Ends));
        lead.Exited(102, Success);
        Assert.Null(lead.ExitCode);
        Assert.Null(lead.BeginRestart("test"));
    }

    /// <summary>A command that goes before the application, <c>sh -c 'migrate; exec app'</c>, whose host stops well.</summary>
    [Fact]
    public void ANewWorkerThatStopsBeforeItsGateIsOpenMayBeFollowedByAnother()
    {
        var lead = StartServing();
        lead.BeginRestart("test");
        Workers.Say(2, "hello", "stopping", "hello");
        Workers.Say(1, "verdict", "state");
        Workers.Say(2, "ready", "opened");
        Workers.Say(1, "paused");
        Advance(lead, 10);

        Assert.Equal(102, lead.Serving!.ProcessId);
        Assert.StartsWith("True: ", Assert.Single(Ends));
    }

    [Fact]
    public void AnotherProgramInThePlaceOfOneOnProbationBeginsAnew()
    {
        var lead = StartServing();
        Swap(lead, 1, 2);
        Workers.Told(1);
        Workers.Told(2);
        Workers.Say(2, "stopping", "hello");

        Assert.Equal("resume offer", Workers.Told(1));
        Assert.Equal(101, lead.Target!.ProcessId);
        Workers.Say(1, "verdict", "state");
        Workers.Say(2, "ready", "opened");
        Assert.Equal("welcome state open", Workers.Told(2));
        Assert.Equal("collect pause", Workers.Told(1));
        Workers.Say(1, "paused");
        Advance(lead, 10);
        Assert.Equal(102, lead.Serving!.ProcessId);
    }

    [Fact]
    public void AnotherProgramInThePlaceOfOneThatHasTakenOverIsWelcome()
    {
        var lead = StartServing();
        Swap(lead, 1, 2);
        Advance(lead, 10);
        lead.Exited(101, Success);
        Workers.Told(2);
        Workers.Say(2, "hello", "ready", "opened");

        Assert.Equal("welcome state open", Workers.Told(2));
        Assert.Equal("work", Workers.ToldOfTurns(2)[^4..]);
        Assert.Null(lead.BeginRestart("test"));
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
    public void ACommandThatIsGoneAtAHotRestartChangesNothing()
    {
        var lead = StartServing();
        Workers.Errno = 2;

        Assert.Contains("cannot start app: No such file or directory", lead.BeginRestart("test"));
        Assert.Null(lead.Swap);
        Assert.Equal(101, lead.Serving!.ProcessId);
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
