using CrashShield.Hosting.Circuit;
using CrashShield.Hosting.Drain;
using CrashShield.Hosting.Handoff;
using CrashShield.Hosting.Signals;

namespace CrashShield.Hosting.Tests.Signals;

public sealed class SignalActionsTests : IDisposable
{
    private const string Usr1 = "SIGUSR1";
    private readonly SignalFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public void DegradedModeIsToggled()
    {
        var actions = _fixture.Actions();

        actions.Run(SignalAction.Degrade, Usr1);
        Assert.Equal((CircuitLevel.Degraded, Usr1, false), (_fixture.Circuit.Level, _fixture.Circuit.State.Reason, _fixture.Circuit.IsReady));
        actions.Run(SignalAction.Degrade, Usr1);

        Assert.Equal((CircuitLevel.Closed, true), (_fixture.Circuit.Level, _fixture.Circuit.IsReady));
        Assert.Equal(["DegradedBySignal", "RestoredBySignal"], _fixture.Log.All.Select(record => record.Event.Name));
    }

    [Fact]
    public void AHoldOfTheApplicationsIsLeftAlone()
    {
        _fixture.Circuit.Hold(CircuitLevel.Open, "maintenance");

        _fixture.Actions().Run(SignalAction.Degrade, Usr1);

        Assert.Equal((CircuitLevel.Open, "maintenance"), (_fixture.Circuit.Held, _fixture.Circuit.HeldReason));
        Assert.Equal("maintenance", Assert.Single(_fixture.Log.Named("HeldByCode"))["Reason"]);
    }

    [Fact]
    public void AHoldThatTheApplicationHasTakenOverIsTheApplications()
    {
        var actions = _fixture.Actions();
        actions.Run(SignalAction.Degrade, Usr1);
        _fixture.Circuit.Hold(CircuitLevel.Open, "maintenance");

        actions.Run(SignalAction.Degrade, Usr1);
        Assert.Equal(CircuitLevel.Open, _fixture.Circuit.Held);
        _fixture.Circuit.Release();
        actions.Run(SignalAction.Degrade, Usr1);

        Assert.Equal((CircuitLevel.Degraded, Usr1), (_fixture.Circuit.Held, _fixture.Circuit.HeldReason));
    }

    [Fact]
    public void WhileDrainingOnlyASnapshotIsDone()
    {
        var restart = new Restarts();
        var actions = _fixture.Actions(restart);
        _fixture.Serving.TryGo(ServingPhase.Draining);

        actions.Run(SignalAction.Degrade, Usr1);
        actions.Run(SignalAction.Restart, "SIGUSR2");

        Assert.Equal((CircuitLevel.Closed, 0), (_fixture.Circuit.Held, restart.By.Count));
        Assert.Equal(2, _fixture.Log.Named("SignalRefused").Count);
    }

    [Fact]
    public void ARestartIsPassedOn()
    {
        var restart = new Restarts();
        _fixture.Actions(restart).Run(SignalAction.Restart, "SIGUSR2");
        Assert.Equal(["SIGUSR2"], restart.By);
    }

    [Fact]
    public void WithoutHotRestartOneLineSaysSo()
    {
        _fixture.Actions().Run(SignalAction.Restart, "SIGUSR2");
        Assert.Equal("HotRestartNotAvailable", Assert.Single(_fixture.Log.All).Event.Name);
    }

    [Fact]
    public void WhatFailsIsLoggedAndThrowsNothing()
    {
        _fixture.Actions(new Restarts(isBroken: true)).Run(SignalAction.Restart, "SIGUSR2");
        Assert.Equal("SignalFailed", Assert.Single(_fixture.Log.All).Event.Name);
    }

    private sealed class Restarts(bool isBroken = false) : IHotRestart
    {
        public List<string> By { get; } = [];

        public void Begin(string by)
        {
            if (isBroken)
                throw new InvalidOperationException("no");
            By.Add(by);
        }
    }
}
