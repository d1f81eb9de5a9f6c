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
    public void OldWorkerRestsWhenItHasNoMoreClientsToCome()
    {
        var lead = StartServing();
        Workers.ToldOfTurns(1);
        Assert.Null(lead.BeginRestart("test"));
        Workers.Say(2, "hello");
        Workers.Say(1, "verdict", "state");
        Workers.Say(2, "ready");
        Assert.Equal("", Workers.ToldOfTurns(1));
        Workers.Say(2, "opened");
        Assert.Equal("rest", Workers.ToldOfTurns(1));
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
    public void NewWorkerWhoseHealthDependsOnItMayBeforeItOpens()
    {
        var lead = BeginTrial();
        Assert.Equal(("rest", ""), (Workers.ToldOfTurns(1), Workers.ToldOfTurns(2)));
        Workers.Say(1, "rested");
        Assert.Equal("work", Workers.ToldOfTurns(2));
        Assert.Equal(SwapStep.Trial, lead.Swap!.Step);

        Workers.Say(2, "ready", "opened");
        Workers.Say(1, "paused");
        Assert.Equal(SwapStep.Probation, lead.Swap!.Step);
        Advance(lead, 10);
        Assert.Equal(("", ""), (Workers.ToldOfTurns(1), Workers.ToldOfTurns(2)));
        Assert.Equal(2, lead.Serving!.Generation);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void OldWorkerMayAgainWhenTheNewOneIsNotWellWithItEither(bool hasRested)
    {
        var lead = BeginTrial();
        Workers.ToldOfTurns(1);
        if (hasRested)
            Workers.Say(1, "rested");
        Workers.Say(2, new Message(ControlType.Failed) { Reason = "not well" });
        lead.Exited(102, Killed);
        Assert.Equal("work", Workers.ToldOfTurns(1));
        Assert.Contains("not well", Assert.Single(Ends), StringComparison.Ordinal);
    }

    [Fact]
    public void NewWorkerThatIsNeverWellIsGivenUp()
    {
        var lead = BeginTrial();
        Workers.Say(1, "rested");
        Advance(lead, 60);
        Assert.Equal(SwapStep.Trial, lead.Swap!.Step);
        Advance(lead, 120);
        lead.Exited(102, Killed);
        Assert.Contains("not ready with its background services", Assert.Single(Ends), StringComparison.Ordinal);
        Assert.EndsWith("work", Workers.ToldOfTurns(1), StringComparison.Ordinal);
    }

    [Fact]
    public void NewWorkerTakesThePlaceOfOneThatDiesMeanwhile()
    {
        var lead = BeginTrial();
        lead.Exited(101, Abort);
        Assert.Equal("work", Workers.ToldOfTurns(2));
        Workers.Told(2);
        Workers.Say(2, "ready");
        Assert.Equal("open+death", Workers.Told(2));
    }

    [Fact]
    public void SpareWhoseHealthDependsOnItIsReady()
    {
        var lead = StartServing(spare: true);
        Advance(lead, 1);
        Workers.Say(2, "hello", "waits");
        Workers.Told(2);
        lead.Exited(101, Killed);
        Assert.Equal("open+death", Workers.Told(2));
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

    private Lead BeginTrial()
    {
        var lead = StartServing();
        Workers.ToldOfTurns(1);
        Assert.Null(lead.BeginRestart("test"));
        Workers.Say(2, "hello");
        Workers.Say(1, "verdict", "state");
        Workers.Say(2, new Message(ControlType.Waits) { Reason = "not healthy: bus" });
        return lead;
    }
}
