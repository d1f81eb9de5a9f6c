using CrashShield.Init.Listeners;
using CrashShield.Init.Workers;

namespace CrashShield.Init.Tests.Workers;

/// <summary>Which sockets stay open: those on which a worker accepts, or the next one will.</summary>
public sealed class LeadSocketsTests : LeadTestBase, IDisposable
{
    private const string One = "tcp:127.0.0.1:0";
    private readonly ListenerTable _listeners = new();

    public void Dispose() => _listeners.CloseAll();

    [Fact]
    public void OneThatWasGivenStaysUntilAWorkerServesWithoutIt()
    {
        Assert.True(Endpoint.TryParse(One, out var endpoint));
        _listeners.GetGiven(new ListenerKey(endpoint, 0));
        var lead = Start(listeners: _listeners);
        Workers.Say(1, "hello", "ready");
        lead.Exited(101, Abort);
        Advance(lead, 1);
        Assert.Single(_listeners.All);
        Workers.Say(2, "hello", "ready", "opened");

        Assert.Empty(_listeners.All);
    }

    [Fact]
    public void OneThatTheServingWorkerGivesUpIsClosed()
    {
        StartServing(listeners: _listeners);
        Listen(1);
        Release(1);

        Assert.Empty(_listeners.All);
        // And bound anew when it is asked for again.
        Listen(1);
        Assert.Single(_listeners.All);
    }

    [Fact]
    public void OneThatTheSpareHasTooStaysUntilBothHaveGivenItUp()
    {
        var lead = StartServing(spare: true, listeners: _listeners);
        Listen(1);
        ReadySpare(lead);
        Release(1);
        Assert.Single(_listeners.All);
        Release(2);

        Assert.Empty(_listeners.All);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(70, 1)]
    public void AWorkerThatEndsByItselfKeepsThemForTheNextOneAlone(int code, int open)
    {
        var lead = StartServing(spare: true, listeners: _listeners);
        Listen(1);
        ReadySpare(lead);
        Workers.Say(1, new Message(ControlType.Stopping) { Code = code });
        Release(1);

        Assert.Equal(open, _listeners.All.Count());
        Assert.Equal(code == 0 ? "stop" : "", Workers.Told(2));
        lead.Exited(101, ExitStatus.FromWait(code << 8));
        Assert.Equal(code == 0, lead.IsStopping);
    }

    [Fact]
    public void OneThatTheLastWorkerGivesUpIsClosedThoughOthersStillEnd()
    {
        var lead = StartServing(spare: true, listeners: _listeners);
        Listen(1);
        ReadySpare(lead);
        lead.Stop("test", forward: true);
        // It accepts until it unbinds, and is the only one that has it.
        Assert.False(Assert.Single(_listeners.All).IsHeld);
        Release(1);

        Assert.Empty(_listeners.All);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void TheLastWorkerIsToldOnceThatNobodyElseHasIt(bool isStopped)
    {
        var lead = StartServing(spare: true, listeners: _listeners);
        Listen(1);
        ReadySpare(lead);
        if (isStopped)
            lead.Stop("test", forward: true);
        else
            Workers.Say(1, new Message(ControlType.Stopping) { Code = 0 });
        Assert.DoesNotContain(ControlType.Sole, Workers.Told(1), StringComparison.Ordinal);

        Release(2);
        Assert.Contains(ControlType.Sole, Workers.Told(1), StringComparison.Ordinal);
        lead.Exited(102, ExitStatus.FromWait(0));
        Assert.DoesNotContain(ControlType.Sole, Workers.Told(1), StringComparison.Ordinal);
    }

    [Fact]
    public void OneThatSystemdHasTooIsNotLeft()
    {
        Assert.True(Endpoint.TryParse(One, out var endpoint));
        _listeners.Adopt(new Listener(new ListenerKey(endpoint, 0), ListeningSocket.Open(endpoint), endpoint, null, isGiven: true) { IsPassed = true });
        var lead = Start(listeners: _listeners);
        Workers.Say(1, "hello");
        Listen(1);
        Workers.Say(1, "ready", "opened");
        lead.Stop("test", forward: true);

        Assert.True(Assert.Single(_listeners.All).IsHeld);
        Assert.DoesNotContain(ControlType.Sole, Workers.Told(1), StringComparison.Ordinal);
    }

    [Fact]
    public void WhenItStopsBeforeAWorkerAcceptsNobodyWill()
    {
        var lead = Start(listeners: _listeners);
        Workers.Say(1, "hello");
        Listen(1);
        lead.Stop("test", forward: true);

        Assert.Empty(_listeners.All);
    }

    [Fact]
    public void OneThatAnOldWorkerGivesUpIsTheNewOnes()
    {
        var lead = StartServing(listeners: _listeners);
        Listen(1);
        Assert.Null(lead.BeginRestart("test"));
        Workers.Say(2, "hello");
        Workers.Say(1, "verdict", "state");
        Listen(2);
        Workers.Say(2, "ready", "opened");
        Workers.Say(1, "paused");
        Advance(lead, 10);
        Release(1);

        Assert.Single(_listeners.All);
    }

    private void ReadySpare(Lead lead)
    {
        Advance(lead, 1);
        Workers.Say(2, "hello");
        Listen(2);
        Workers.Say(2, "ready");
        Workers.Told(2);
    }

    private void Listen(int generation) => Workers.Say(generation, new Message(ControlType.Listen) { Endpoint = One });

    private void Release(int generation) => Workers.Say(generation, new Message(ControlType.Released) { Endpoint = One });
}
