using CrashShield.Init.Workers;

namespace CrashShield.Init.Tests.Workers;

/// <summary>Of all workers that live, one is told to run its background services.</summary>
public class LeadWorkTurnTests : LeadTestBase
{
    [Fact]
    public void FirstWorkerMayBeforeItIsWelcome()
    {
        Start();
        Workers.Say(1, "hello");
        Assert.Equal("work", Workers.ToldOfTurns(1));
    }

    [Fact]
    public void NewWorkerMayWhenTheOldOneHasRested()
    {
        var lead = StartServing();
        Assert.Equal("work", Workers.ToldOfTurns(1));
        Swap(lead, 1, 2);
        Assert.Equal(("rest", ""), (Workers.ToldOfTurns(1), Workers.ToldOfTurns(2)));
        Workers.Say(1, "rested");
        Assert.Equal("work", Workers.ToldOfTurns(2));

        Advance(lead, 10);
        lead.Exited(101, Success);
        Assert.Equal(("", ""), (Workers.ToldOfTurns(1), Workers.ToldOfTurns(2)));
    }

    [Fact]
    public void NewWorkerMayWhenTheOldOneHasEnded()
    {
        var lead = StartServing();
        Swap(lead, 1, 2);
        Advance(lead, 10);
        Assert.Equal("", Workers.ToldOfTurns(2));
        lead.Exited(101, Success);
        Assert.Equal("work", Workers.ToldOfTurns(2));
    }

    [Fact]
    public void OneThatNeverRestsIsNotWaitedForForEver()
    {
        var lead = StartServing();
        Swap(lead, 1, 2);
        Advance(lead, 80);
        Assert.Equal("work", Workers.ToldOfTurns(2));
    }

    [Fact]
    public void OldWorkerMayAgainWhenTheNewOneHasDied()
    {
        var lead = StartServing();
        Swap(lead, 1, 2);
        Workers.Say(1, "rested");
        Workers.ToldOfTurns(1);
        // Its process is being killed, and may still do something.
        Workers.Say(2, new Message(ControlType.Failed) { Reason = "not well" });
        Assert.Equal("", Workers.ToldOfTurns(1));
        lead.Exited(102, Killed);
        Assert.Equal("work", Workers.ToldOfTurns(1));
    }

    [Fact]
    public void OldWorkerThatHasNotRestedYetGoesOn()
    {
        var lead = StartServing();
        Swap(lead, 1, 2);
        Workers.ToldOfTurns(1);
        lead.Exited(102, Abort);
        Assert.Equal("work", Workers.ToldOfTurns(1));
        // The answer to the question before.
        Workers.Say(1, "rested");
        Assert.Equal(("", ""), (Workers.ToldOfTurns(1), Workers.ToldOfTurns(2)));
    }

    [Fact]
    public void SpareMayWhenItTakesOver()
    {
        var lead = StartServing(spare: true);
        Advance(lead, 1);
        Workers.Say(2, "hello", "ready");
        Assert.Equal("", Workers.ToldOfTurns(2));
        lead.Exited(101, Killed);
        Assert.Equal("work", Workers.ToldOfTurns(2));
    }

    [Fact]
    public void HeirOfOneThatDiedMayAtOnce()
    {
        var lead = StartServing();
        lead.BeginRestart("test");
        Workers.Say(2, "hello");
        lead.Exited(101, Abort);
        Assert.Equal("work", Workers.ToldOfTurns(2));
    }

    [Fact]
    public void NobodyMayWhileTheInitStops()
    {
        var lead = StartServing();
        Swap(lead, 1, 2);
        lead.Stop("test", forward: true);
        Workers.Say(1, "rested");
        lead.Exited(101, Success);
        Assert.Equal("", Workers.ToldOfTurns(2));
    }
}
