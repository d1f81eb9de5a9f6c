using CrashShield.Init.Hooks;

namespace CrashShield.Init.Tests.Workers;

public class LeadAlarmTests : LeadTestBase
{
    [Fact]
    public void ADeathIsTold()
    {
        var lead = StartServing();
        lead.Exited(101, Abort);

        var told = Assert.Single(Raised);
        Assert.Equal(new("death", "signal", "ended by SIGABRT") { Code = 134, Generation = 1, ProcessId = 101, Since = default(DateTimeOffset) }, told);
    }

    [Fact]
    public void AnEndThatWasAskedForIsNot()
    {
        var lead = StartServing(spare: true);
        Advance(lead, 1);
        Workers.Say(2, "hello", "ready");
        lead.BeginColdRestart("test");
        lead.Exited(102, Success);
        lead.Exited(101, Success);
        Workers.Say(3, "hello", "ready", "opened");
        lead.Stop("SIGTERM", forward: true);
        lead.Exited(103, Success);

        Assert.Equal(0, lead.ExitCode);
        Assert.Empty(Raised);
    }

    [Fact]
    public void ARestartThatFailedIsTold()
    {
        var lead = StartServing();
        lead.BeginRestart("test");
        lead.Exited(102, Abort);

        Assert.Equal((Occurrence.Incident, Occurrence.RestartFailed, 2), (Raised[^1].Hook, Raised[^1].Reason, Raised[^1].Generation));
        Assert.Contains("ended by SIGABRT before ready", Assert.Single(Raised).Detail);
    }

    [Fact]
    public void ARestartThatTheEndOfTheServiceCutsShortIsNot()
    {
        var lead = StartServing();
        lead.BeginRestart("test");
        lead.Stop("SIGTERM", forward: true);

        Assert.Empty(Raised);
    }

    [Fact]
    public void ASpareThatDiesIsTold()
    {
        var lead = StartServing(spare: true);
        Advance(lead, 1);
        lead.Exited(102, Abort);

        Assert.Equal((Occurrence.SpareDied, 134, 102), (Raised[^1].Reason, Raised[^1].Code, Raised[^1].ProcessId));
    }

    [Fact]
    public void AWorkerThatIsNotWellIsTold()
    {
        StartServing();
        Workers.Say(1, new Message(ControlType.Failed) { Reason = "its circuit is Failed" });

        Assert.Equal((Occurrence.WorkerUnwell, "serves on, but is not well: its circuit is Failed"), (Raised[^1].Reason, Raised[^1].Detail));
    }

    [Fact]
    public void ThatItGivesUpIsTold()
    {
        var lead = Start(restarts: 0);
        lead.Exited(101, Abort);

        Assert.Equal(["signal", Occurrence.GaveUp], Raised.Select(told => told.Reason));
        Assert.Equal(134, Raised[^1].Code);
        Assert.StartsWith("the worker died more often than --restarts 0/60s allows", lead.GaveUp);
    }
}
