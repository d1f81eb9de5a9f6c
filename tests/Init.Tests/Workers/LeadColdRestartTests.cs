using CrashShield.Init.Marker;
using CrashShield.Init.Workers;

namespace CrashShield.Init.Tests.Workers;

public class LeadColdRestartTests : LeadTestBase
{
    private static ExitStatus Terminated { get; } = ExitStatus.FromWait(15);

    [Fact]
    public void TheNextWorkerStartsWhenTheOldOneHasEnded()
    {
        var lead = StartServing();

        Assert.Null(lead.BeginColdRestart("test"));
        Assert.Equal("stop", Workers.Told(1));
        Assert.Single(Workers.Started);
        lead.Exited(101, Success);
        Assert.Equal(2, Workers.Started.Count);
        Assert.Empty(Ends);
        Time.Advance(TimeSpan.FromMilliseconds(700));
        Workers.Say(2, "hello", "ready", "opened");

        Assert.Equal("True: worker 102 (generation 2, version 1.0.0) serves, 700ms after the old one had ended", Assert.Single(Ends));
        Assert.Equal((false, false, 0), (lead.ColdRestart.IsRunning, lead.IsStopping, lead.Restarts));
        Assert.Null(Workers.Deaths[1]);
    }

    [Fact]
    public void APlainProgramIsReplacedByOneThatSpeaks()
    {
        var lead = Start();
        Advance(lead, 10);
        Assert.Contains("restart --cold", lead.BeginRestart("test"));

        Assert.Null(lead.BeginColdRestart("test"));
        Assert.Equal("TERM", Workers.Told(1));
        lead.Exited(101, Terminated);
        Assert.Equal(DeathKind.Clean, lead.LastDeath!.Kind);
        Workers.Say(2, "hello", "ready", "opened");

        Assert.StartsWith("True: worker 102", Assert.Single(Ends));
    }

    [Fact]
    public void OneThatSpeaksIsReplacedByAPlainProgram()
    {
        var lead = StartServing();
        lead.BeginColdRestart("test");
        lead.Exited(101, Success);
        Advance(lead, 10);

        Assert.StartsWith("True: worker 102 (generation 2) serves", Assert.Single(Ends));
        Assert.Equal("", Workers.Told(2));
    }

    [Fact]
    public void AnOldWorkerThatDoesNotStopIsKilledAtTheBound()
    {
        var lead = StartServing();
        lead.BeginColdRestart("test");
        Workers.Told(1);
        Advance(lead, 75);
        Assert.Equal("KILL", Workers.Told(1));
        lead.Exited(101, Killed);

        Assert.Equal(2, Workers.Started.Count);
        Assert.Equal(DeathKind.Bound, Workers.Deaths[1]!.Kind);
        Assert.Equal(0, lead.Restarts);
    }

    [Fact]
    public void ASpareOfTheOldBuildGoesAndOneOfTheNewBuildComes()
    {
        var lead = StartServing(spare: true);
        Advance(lead, 1);
        Workers.Say(2, "hello", "ready");
        Workers.Told(2);

        lead.BeginColdRestart("test");
        Assert.Equal("stop", Workers.Told(2));
        Advance(lead, 5);
        lead.Exited(102, Success);
        lead.Exited(101, Success);
        Assert.Equal(3, lead.Serving!.Generation);
        Workers.Say(3, "hello", "ready", "opened");
        Advance(lead, 1);

        Assert.Equal(4, lead.Spare!.Generation);
        Assert.Single(Ends);
    }

    [Fact]
    public void ANewWorkerThatDiesIsToldAndStartedAgain()
    {
        var lead = StartServing();
        lead.BeginColdRestart("test");
        lead.Exited(101, Success);
        lead.Exited(102, Abort);

        Assert.Equal("False: worker 102 (generation 2) ended by SIGABRT; it is started again within --restarts", Assert.Single(Ends));
        lead.Tick();
        Assert.Equal(3, Workers.Started.Count);
        Assert.Equal(1, lead.Restarts);
    }

    [Fact]
    public void ACommandThatIsGoneIsToldAndTriedAgain()
    {
        var lead = StartServing();
        lead.BeginColdRestart("test");
        Workers.Errno = CrashShield.Handoff.Protocol.Errno.NoEntry;
        lead.Exited(101, Success);
        Assert.Equal("False: the command cannot be started; it is tried again within --restarts", Assert.Single(Ends));

        Workers.Errno = 0;
        lead.Tick();
        Assert.Equal(2, Workers.Started.Count);
    }

    [Fact]
    public void WhoStopsIsNotToldTwiceWhenTheServiceEnds()
    {
        var lead = StartServing();
        lead.BeginColdRestart("test");
        Workers.Told(1);
        lead.Stop("SIGTERM", forward: true);

        Assert.Equal("", Workers.Told(1));
        Assert.Equal("False: the init is stopping", Assert.Single(Ends));
        lead.Exited(101, Success);
        Assert.Equal(0, lead.ExitCode);
        Assert.Single(Workers.Started);
    }

    [Fact]
    public void ANextStartThatWaitsNeedNotWait()
    {
        var lead = StartServing();
        for (var id = 101; id <= 103; id++)
        {
            lead.Exited(id, Abort);
            Advance(lead, 2);
        }

        lead.Exited(104, Abort);
        Assert.Null(lead.Serving);
        Assert.Null(lead.BeginColdRestart("test"));
        lead.Tick();

        Assert.Equal(5, lead.Serving!.Generation);
        Workers.Say(5, "hello", "ready", "opened");
        Assert.StartsWith("True: worker 105", Assert.Single(Ends));
    }

    [Fact]
    public void OneRestartRunsAtATime()
    {
        var lead = StartServing();
        lead.BeginColdRestart("test");
        Assert.Equal("a cold restart is running already", lead.BeginColdRestart("test"));
        Assert.Equal("a cold restart is running", lead.BeginRestart("test"));
        Assert.Equal("a cold restart is running", Readiness.WhyNoUpgrade(lead));
        lead.Exited(101, Success);
        Workers.Say(2, "hello", "ready", "opened");

        Assert.Null(lead.BeginRestart("test"));
        Assert.StartsWith("a hot restart is running", lead.BeginColdRestart("test"));
    }
}
