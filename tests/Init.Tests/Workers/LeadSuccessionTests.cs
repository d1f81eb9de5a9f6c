using CrashShield.Init.Listeners;
using CrashShield.Init.Workers;

namespace CrashShield.Init.Tests.Workers;

/// <summary>The old worker dies during a hand-over, and the new one takes its place as it comes up.</summary>
public class LeadSuccessionTests : LeadTestBase
{
    [Fact]
    public void ASocketThatOnlyTheOldBuildHadIsClosed()
    {
        var listeners = new ListenerTable();
        var lead = StartServing(listeners: listeners);
        Workers.Say(1, new Message(ControlType.Listen) { Endpoint = "tcp:127.0.0.1:0" });
        Succeed(lead, 1, 2);
        // A client waits in it as long as it is not known who wants it.
        Assert.Single(listeners.All);
        Workers.Say(2, "ready", "opened");

        Assert.Empty(listeners.All);
    }

    [Fact]
    public void ASpareOfTheOldBuildIsReplaced()
    {
        var lead = StartServing(spare: true);
        Advance(lead, 1);
        Workers.Say(2, "hello");
        Workers.Told(2);
        Succeed(lead, 1, 3);
        Workers.Say(3, "ready", "opened");

        Assert.Equal("KILL", Workers.Told(2));
        Assert.Equal(103, lead.Serving!.ProcessId);
        Advance(lead, 1);
        Assert.Equal(104, lead.Spare!.ProcessId);
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
        Workers.Say(1, new Message(ControlType.State) { Name = "carts", Data = "a"u8.ToArray() });
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
        Workers.Say(1, new Message(ControlType.State) { Name = "carts", Data = "a"u8.ToArray() });
        Workers.Say(1, "state");
        lead.Exited(101, Abort);
        Workers.Say(2, "ready", "opened");

        Assert.Equal("welcome state:carts state hurry open+death", Workers.Told(2));
        Assert.Equal(102, lead.Serving!.ProcessId);
    }

    private void Succeed(Lead lead, int old, int @new)
    {
        Assert.Null(lead.BeginRestart("test"));
        Workers.Say(@new, "hello");
        lead.Exited(100 + old, Abort);
        Assert.Contains("takes its place", Assert.Single(Ends));
    }
}
