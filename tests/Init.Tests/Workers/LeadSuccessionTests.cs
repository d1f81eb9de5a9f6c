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

    private void Succeed(Lead lead, int old, int @new)
    {
        Assert.Null(lead.BeginRestart("test"));
        Workers.Say(@new, "hello");
        lead.Exited(100 + old, Abort);
        Assert.Contains("takes its place", Assert.Single(Ends));
    }
}
