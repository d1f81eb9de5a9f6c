using CrashShield.Init.Processes;
using CrashShield.Init.Workers;

namespace CrashShield.Init.Tests.Workers;

public class LeadStopTests : LeadTestBase
{
    [Fact]
    public void AWorkerThatEndsWellEndsTheService()
    {
        var lead = StartServing();
        lead.Exited(101, Success);

        Assert.Equal(0, lead.ExitCode);
        Assert.Single(Workers.Started);
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
        Advance(lead, 1);
        lead.Stop("SIGTERM", forward: true);

        Assert.Equal("TERM KILL", Workers.Told(1));
    }

    [Fact]
    public void ASecondTermWithinASecondIsTheSameRequest()
    {
        var lead = StartServing();
        lead.Stop("SIGTERM", forward: true);
        Time.Advance(TimeSpan.FromSeconds(0.9));
        lead.Stop("SIGTERM", forward: true);
        lead.Stop("SIGHUP", forward: true);

        Assert.Equal("TERM", Workers.Told(1));
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
        Advance(lead, 1);
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

        Advance(lead, 1);
        lead.Stop("SIGTERM", forward: true);
        Assert.Equal("KILL", Workers.Told(1));
    }

    [Fact]
    public void ATerminalsInterruptIsNotSentTwice()
    {
        var lead = StartServing();
        new SignalRouter(lead, new HashSet<Signal>()).Route(new ReceivedSignal(Signal.Int, FromKernel: true));

        Assert.Equal("", Workers.Told(1));
        lead.Exited(101, Success);
        Assert.Equal(0, lead.ExitCode);
    }

    [Fact]
    public void AnInterruptThatWasIgnoredAtTheStartStaysIgnored()
    {
        var lead = StartServing();
        new SignalRouter(lead, new HashSet<Signal> { Signal.Int }).Route(new ReceivedSignal(Signal.Int, FromKernel: false));

        Assert.Equal(("", false), (Workers.Told(1), lead.IsStopping));
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
}
