using CrashShield.Hosting.Circuit;
using CrashShield.Hosting.Handoff;
using CrashShield.Hosting.Signals;
using CrashShield.Hosting.Tests.Signals;

namespace CrashShield.Hosting.Tests.Handoff;

public sealed class HoldStateTests : IDisposable
{
    private readonly SignalFixture _old = new();
    private readonly SignalFixture _next = new();

    public void Dispose()
    {
        _old.Dispose();
        _next.Dispose();
    }

    [Fact]
    public async Task WhatASignalHoldsMovesAndTheNextSignalEndsIt()
    {
        _old.Actions().Run(SignalAction.Degrade, "SIGUSR1");
        await MoveAsync();
        Assert.Equal((CircuitLevel.Degraded, "SIGUSR1"), (_next.Circuit.Held, _next.Circuit.HeldReason));
        _next.Actions().Run(SignalAction.Degrade, "SIGUSR1");
        Assert.Equal(CircuitLevel.Closed, _next.Circuit.Held);
    }

    [Fact]
    public async Task NothingMovesOfAHoldThatIsOverOrOfTheCode()
    {
        _old.Actions().Run(SignalAction.Degrade, "SIGUSR1");
        _old.Actions().Run(SignalAction.Degrade, "SIGUSR1");
        await MoveAsync();
        Assert.Equal(CircuitLevel.Closed, _next.Circuit.Held);

        _old.Circuit.Hold(CircuitLevel.Open, "maintenance");
        await MoveAsync();
        Assert.Equal(CircuitLevel.Closed, _next.Circuit.Held);
    }

    [Fact]
    public async Task BuildThatTakesAnotherSignalIsToldByThatOne()
    {
        _next.Options.Signals.Degrade = "36";
        _old.Actions().Run(SignalAction.Degrade, "SIGUSR1");
        await MoveAsync();
        Assert.Equal("signal 36", _next.Circuit.HeldReason);

        _next.Circuit.Release();
        _next.Options.Signals.Enabled = false;
        await MoveAsync();
        Assert.Equal(CircuitLevel.Closed, _next.Circuit.Held);
    }

    private async Task MoveAsync()
    {
        var state = await State(_old).SaveAsync(TestContext.Current.CancellationToken);
        await State(_next).LoadAsync(state, TestContext.Current.CancellationToken);
    }

    private static HoldState State(SignalFixture fixture) => new(fixture.Circuit, Microsoft.Extensions.Options.Options.Create(fixture.Options));
}
