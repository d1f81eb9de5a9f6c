using CrashShield.Init.Limits;
using CrashShield.Init.Marker;
using CrashShield.Init.Tests.Workers;
using CrashShield.Init.Workers;

namespace CrashShield.Init.Tests.Limits;

public sealed class LimitGuardTests : LeadTestBase, IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly FakeLimits _limits = new();
    private readonly string _directory = Directory.CreateTempSubdirectory("init-guard").FullName;

    public void Dispose()
    {
        _limits.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    [Fact]
    public void TheWorkerThatServesIsKilledAfterTheEvidenceAndReplaced()
    {
        var lead = StartServing();
        var guard = Guard(lead);
        Exceed(lead, guard, 8);
        Assert.EndsWith("-memory-high", Assert.Single(Bundles));
        Assert.Equal("", Workers.Told(1));

        Exceed(lead, guard, 20);
        Assert.Equal("KILL", Workers.Told(1));
        lead.Exited(101, Killed);
        lead.Tick();
        Assert.Equal(102, lead.Serving!.ProcessId);
        Assert.Equal(DeathKind.Limit, lead.LastDeath!.Kind);
        Assert.Equal("killed by the init: memory.high was exceeded and the kernel had it sleep", lead.LastDeath.Detail);
        Assert.StartsWith("killed-at-limit code=137", lead.LastDeath.ToVariable());
    }

    [Fact]
    public void WhatPassesCostsNoWorker()
    {
        var lead = StartServing();
        var guard = Guard(lead);
        Exceed(lead, guard, 8);
        _limits.Relax();
        Follow(lead, guard, 60);

        Assert.Equal("", Workers.Told(1));
    }

    [Fact]
    public void InAHotRestartTheNewWorkerGoesAndTheOldOneGoesOn()
    {
        var lead = StartServing();
        var guard = Guard(lead, TimeSpan.FromSeconds(1));
        Assert.Null(lead.BeginRestart("test"));
        Workers.Say(2, "hello");
        Workers.Say(1, "verdict");
        Workers.Told(1);
        Workers.Told(2);
        Exceed(lead, guard, 9);
        Assert.Equal("KILL", Workers.Told(2));
        lead.Exited(102, Killed);

        Assert.Equal("", Workers.Told(1));
        Assert.StartsWith("False: ", Assert.Single(Ends));
    }

    [Fact]
    public void ThreeInTenMinutesAreAll()
    {
        var lead = StartServing();
        var guard = Guard(lead, TimeSpan.FromSeconds(1));
        for (var generation = 1; generation <= 3; generation++)
        {
            // Less than it takes until the next evidence.
            Exceed(lead, guard, 9);
            Assert.Contains("KILL", Workers.Told(generation));
            lead.Exited(100 + generation, Killed);
            lead.Tick();
            Workers.Say(generation + 1, "hello", "ready", "opened", "served");
            _limits.Relax();
            Follow(lead, guard, 40);
            Workers.Told(generation + 1);
        }

        Exceed(lead, guard, 60);
        Assert.DoesNotContain("KILL", Workers.Told(4));
    }

    [Fact]
    public void WithAPatienceOfZeroItOnlyTells()
    {
        var lead = StartServing();
        Exceed(lead, Guard(lead, TimeSpan.Zero), 60);

        Assert.Single(Bundles);
        Assert.Equal("", Workers.Told(1));
    }

    [Fact]
    public void FromTheReadingToTheKillNothingIsAllocated()
    {
        var lead = StartServing();
        var guard = Guard(lead);
        Exceed(lead, guard, 5);
        Turn(lead, guard);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
            Turn(lead, guard);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private string[] Bundles => Directory.GetDirectories(_directory);

    private LimitGuard Guard(Lead lead, TimeSpan? patience = null) => LimitGuard.TryCreate(lead, _directory, patience ?? Patience, Time, _limits.Root)!;

    // What the loop asks for once each turn.
    private static void Turn(Lead lead, LimitGuard guard)
    {
        _ = lead.NextDeadline;
        lead.Tick();
        _ = guard.NextDeadline;
        guard.Tick();
    }

    private void Exceed(Lead lead, LimitGuard guard, int seconds) => Follow(lead, guard, seconds, _limits.Exceed);

    private void Follow(Lead lead, LimitGuard guard, int seconds, Action? before = null)
    {
        for (var i = 0; i < seconds * 4; i++)
        {
            before?.Invoke();
            Time.Advance(TimeSpan.FromMilliseconds(250));
            lead.Tick();
            guard.Tick();
        }
    }
}
