using System.Runtime.Versioning;

namespace CrashShield.Integration.Tests.Containers.Kernel;

/// <summary>Limits of cgroup v2 in a real kernel, with the native init and the real sample. All scenarios run in one boot.</summary>
[SupportedOSPlatform("linux")]
public class LimitTests(UserModeLinux kernel) : IClassFixture<UserModeLinux>
{
    private const double EvidenceWithin = 10;
    private const double RestartWithin = 45;

    [Fact(Explicit = true)]
    public async Task AThrottledWorkerLeavesEvidenceAndIsReplaced()
    {
        var run = await RunAsync("high");

        Assert.InRange(run.Seconds("high", "evidence"), 5, EvidenceWithin);
        Assert.InRange(run.Seconds("high", "restarted"), 5, RestartWithin);
        Assert.EndsWith("killed by the init: memory.high was exceeded and the kernel had it sleep [killed-at-limit, code 137]", run["high", "death"]);
        Assert.InRange(int.Parse(run["high", "init"]), 1, 6 * 1024);
    }

    [Fact(Explicit = true)]
    public async Task AThrottledProcessWithoutAnInitLeavesEvidenceAndExits()
    {
        var run = await RunAsync("alone");

        Assert.InRange(run.Seconds("alone", "evidence"), 5, EvidenceWithin);
        Assert.Equal("79", run["alone", "code"]);
        Assert.InRange(run.Seconds("alone", "restarted"), 5, RestartWithin);
    }

    [Fact(Explicit = true)]
    public async Task TenOfTenTimes()
    {
        var run = await kernel.RunAsync("ten.sh");
        for (var i = 0; i < 10; i++)
        {
            run.Tell($"init{i}");
            run.Tell($"alone{i}");
            Assert.InRange(run.Seconds($"init{i}", "evidence"), 5, EvidenceWithin);
            Assert.InRange(run.Seconds($"init{i}", "restarted"), 5, RestartWithin);
            Assert.InRange(run.Seconds($"alone{i}", "evidence"), 5, EvidenceWithin);
            Assert.InRange(run.Seconds($"alone{i}", "restarted"), 5, RestartWithin);
        }
    }

    [Fact(Explicit = true)]
    public async Task AWorkerKilledForMemoryIsNamedSoAndReplaced()
    {
        var run = await RunAsync("killed");

        Assert.Equal("killed by the kernel: out of memory [oom-killed, code 137]", run["killed", "death"]);
        Assert.Equal("yes", run["killed", "restarted"]);
    }

    /// <summary>The worker ends with a code of its own when a child of it is killed.</summary>
    [Fact(Explicit = true)]
    public async Task AChildKilledForMemoryIsTheWorkersToTell() => Assert.Equal("yes", (await RunAsync("oom"))["oom", "restarted"]);

    [Fact(Explicit = true)]
    public async Task AnInitKilledWithAllIsToldByTheNextOne()
    {
        var run = await RunAsync("all");

        Assert.Equal("137", run["all", "code"]);
        Assert.Equal("the last run ended badly: killed by the kernel: out of memory [oom-killed, code 137]", run["all", "death"]);
    }

    [Fact(Explicit = true)]
    public async Task ALimitOfTheCgroupAboveIsSeen()
    {
        var run = await RunAsync("above");

        Assert.Contains("[killed-at-limit, code 137]", run["above", "death"]);
        Assert.Equal("yes", run["above", "restarted"]);
    }

    [Fact(Explicit = true)]
    public async Task ALimitIsSeenFromANamespaceOfItsOwn()
    {
        var run = await RunAsync("space");

        Assert.Equal("sees 0::/", run["space", "sees"]);
        Assert.Contains("[killed-at-limit, code 137]", run["space", "death"]);
        Assert.Equal("yes", run["space", "restarted"]);
    }

    [Fact(Explicit = true)]
    public async Task AWorkerThatUsesUpTheTasksLeavesEvidenceAndIsReplaced()
    {
        var run = await RunAsync("tasks");

        Assert.Equal("yes", run["tasks", "evidence"]);
        Assert.Equal("yes", run["tasks", "restarted"]);
        Assert.Contains("killed by the init: pids.max was reached [killed-at-limit, code 137]", run["tasks", "death"]);
    }

    /// <summary>Page cache that is taken back at memory.high, and a processor quota that is used up.</summary>
    [Theory(Explicit = true)]
    [InlineData("cache", "high", 100)]
    [InlineData("processor", "throttled", 50)]
    public async Task WhatEveryServiceMeetsAtItsLimitsIsOrdinary(string scenario, string counter, int least)
    {
        var run = await RunAsync(scenario);

        Assert.InRange(int.Parse(run[scenario, counter]), least, int.MaxValue);
        Assert.Equal("0", run[scenario, "lines"]);
    }

    private async Task<KernelRun> RunAsync(string scenario)
    {
        var run = await kernel.RunAsync("limits.sh");
        run.Tell(scenario);
        return run;
    }
}
