using CrashShield.Init.Workers;

namespace CrashShield.Init.Tests.Workers;

/// <summary>When a worker is started again goes by how long the one before was up, not by its open gate.</summary>
public class LeadBackoffTests : LeadTestBase
{
    [Fact]
    public void OneThatOpensAndDiesWaitsLongerEachTimeAndEndsTheInit()
    {
        var lead = Start();
        double[] least = [0, 0.5, 1, 2, 4];
        var begun = Time.GetTimestamp();
        for (var generation = 1; generation <= 5; generation++)
        {
            OpenAndDie(lead, generation);
            Assert.InRange(UntilStarted(lead, generation + 1).TotalSeconds, least[generation - 1], least[generation - 1] * 2 + 0.2);
        }

        OpenAndDie(lead, 6);
        Assert.Equal(134, lead.ExitCode);
        Assert.InRange(Time.GetElapsedTime(begun).TotalSeconds, 7.5, 17);
    }

    [Fact]
    public void OneThatWasUpForLongIsStartedAgainAtOnce()
    {
        var lead = Start();
        for (var generation = 1; generation <= 3; generation++)
        {
            OpenAndDie(lead, generation);
            UntilStarted(lead, generation + 1);
        }

        Workers.Say(4, "hello", "ready", "opened");
        Advance(lead, 10);
        lead.Exited(104, Abort);

        Assert.Equal(TimeSpan.Zero, UntilStarted(lead, 5));
    }

    [Fact]
    public void OneThatHasServedIsStartedAgainAtOnceHoweverSoonItDied()
    {
        var lead = Start();
        for (var generation = 1; generation <= 5; generation++)
        {
            Workers.Say(generation, "hello", "ready", "opened", "served");
            lead.Exited(100 + generation, Abort);
            Assert.Equal(TimeSpan.Zero, UntilStarted(lead, generation + 1));
        }
    }

    [Fact]
    public void APlainProgramThatHasLivedForLongIsStartedAgainAtOnce()
    {
        var lead = Start();
        for (var generation = 1; generation <= 3; generation++)
        {
            lead.Exited(100 + generation, Abort);
            UntilStarted(lead, generation + 1);
        }

        Advance(lead, 10);
        lead.Exited(104, Abort);

        Assert.Equal(TimeSpan.Zero, UntilStarted(lead, 5));
    }

    [Fact]
    public void OneThatIsNeverReadyEndsTheInitThoughItsDeathsAreFarBetween()
    {
        var lead = Start(restarts: 2);
        for (var generation = 1; generation <= 3; generation++)
        {
            Workers.Say(generation, "hello");
            Advance(lead, 60);
            lead.Exited(100 + generation, Killed);
            if (generation < 3)
                UntilStarted(lead, generation + 1);
        }

        Assert.Equal(137, lead.ExitCode);
    }

    [Fact]
    public void ASpareWaitsItsTurnBehindThoseThatDieInARow()
    {
        var lead = StartServing(spare: true);
        Advance(lead, 10);
        Workers.Say(2, "hello", "ready");
        lead.Exited(101, Abort);
        Assert.Equal("welcome state open+death", Workers.Told(2));
        // It dies as soon as the next spare is there, and that one too.
        for (var generation = 3; generation <= 4; generation++)
        {
            Workers.Say(generation - 1, "opened");
            Advance(lead, 1);
            Workers.Say(generation, "hello", "ready");
            Assert.Equal("welcome state", Workers.Told(generation));
            lead.Exited(99 + generation, Abort);
            Assert.Equal(generation == 3 ? "open+death" : "", Workers.Told(generation));
        }

        Advance(lead, 1);
        Assert.Equal("open+death", Workers.Told(4));
    }

    [Fact]
    public void ABuildThatPassedItsProbationHasProvedItself()
    {
        var lead = StartServing();
        Swap(lead, 1, 2);
        Advance(lead, 10);
        lead.Exited(101, Success);
        lead.Exited(102, Abort);
        Assert.Equal(TimeSpan.Zero, UntilStarted(lead, 3));
        OpenAndDie(lead, 3);
        Assert.Equal(TimeSpan.Zero, UntilStarted(lead, 4));
        OpenAndDie(lead, 4);
        Assert.NotEqual(TimeSpan.Zero, UntilStarted(lead, 5));
    }

    private void OpenAndDie(Lead lead, int generation)
    {
        Workers.Say(generation, "hello", "ready", "opened");
        Time.Advance(TimeSpan.FromMilliseconds(100));
        lead.Exited(100 + generation, Abort);
    }

    private TimeSpan UntilStarted(Lead lead, int generation)
    {
        var from = Time.GetTimestamp();
        lead.Tick();
        while (Workers.Started.Count < generation)
        {
            Assert.InRange(Time.GetElapsedTime(from), TimeSpan.Zero, TimeSpan.FromSeconds(15));
            Time.Advance(TimeSpan.FromMilliseconds(100));
            lead.Tick();
        }

        return Time.GetElapsedTime(from);
    }
}
