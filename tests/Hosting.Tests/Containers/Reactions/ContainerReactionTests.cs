using System.Text.Json;
using CrashShield.Hosting.Containers;
using CrashShield.Hosting.Drain;
using Microsoft.Extensions.Logging;

namespace CrashShield.Hosting.Tests.Containers.Reactions;

public sealed class ContainerReactionTests : IDisposable
{
    private readonly FakeKernel _kernel = FakeKernel.Cgroup2();
    private readonly ReactionFixture _shield;

    public ContainerReactionTests() => _shield = new(_kernel);

    public void Dispose()
    {
        _shield.Dispose();
        _kernel.Dispose();
    }

    [Fact]
    public void EvidenceFirstThenAfterThirtySecondsDrainAndStatus()
    {
        _shield.Tasks(99, seconds: 1);
        Assert.Empty(_shield.Bundles);
        _shield.Tick();

        Assert.EndsWith("-pids", Assert.Single(_shield.Bundles), StringComparison.Ordinal);
        Assert.Equal("pids: 99 of 100 tasks", Assert.Single(_shield.Log.Named("ContainerCritical"))["Why"]);
        _shield.Tasks(99, seconds: 29);
        Assert.Equal((null, null), (_shield.Drain.Request, _shield.End.Asked));

        _shield.Tick();
        Assert.Equal(("a critical limit of the container (pids)", 79), (_shield.Drain.Request?.By, _shield.End.Asked));
        Assert.Single(_shield.Bundles);
        var line = Assert.Single(_shield.Log.Named("ContainerRestarts"));
        Assert.Equal(LogLevel.Critical, line.Level);
        Assert.Equal(("79", "1", "3", "10 min"), (line["Status"], line["Taken"], line["Budget"], line["Window"]));
        Assert.Contains(" pids\n", File.ReadAllText(Path.Combine(_shield.Snapshots, "restarts-Orders_Api.txt")), StringComparison.Ordinal);

        // It drains: nothing more happens.
        _shield.Tasks(99, seconds: 100);
        Assert.Equal(["pids began", "pids restarted"], _shield.Outcomes);
    }

    [Fact]
    public void BundleHasCgroupProcessesAndStacks()
    {
        _kernel.Write(FakeKernel.V2 + "cgroup.procs", "1\n7\n0\n");
        _kernel.Write("proc/7/status", "Name:\tworker thing\nThreads:\t31\nVmRSS:\t    1234 kB\n");
        foreach (var id in new[] { "7", "8", "9" })
        {
            _kernel.Write($"proc/self/task/{id}/comm", id == "9" ? "main\n" : ".NET TP Worker\n");
            _kernel.Write($"proc/self/task/{id}/stat", $"{id} (a) b) D 1 2 3\n");
            _kernel.Write($"proc/self/task/{id}/wchan", id == "9" ? "0" : "mem_cgroup_handle_over_high");
            _kernel.Write($"proc/self/task/{id}/stack", id == "9" ? "" : "[<0>] mem_cgroup_handle_over_high+0x1f\n[<0>] exit_to_user_mode\n");
        }

        _shield.Tasks(99, seconds: 2);

        var bundle = Assert.Single(_shield.Bundles);
        var manifest = JsonDocument.Parse(File.ReadAllText(Path.Combine(bundle, "manifest.json"))).RootElement;
        Assert.Equal(
            ["cgroup.txt ok", "processes.txt ok", "kernel-stacks.txt ok", "gc.json ok"],
            manifest.GetProperty("steps").EnumerateArray().Select(step => $"{step.GetProperty("name")} {step.GetProperty("status")}"));
        Assert.Equal("pids: 99 of 100 tasks", manifest.GetProperty("trigger").GetProperty("detail").GetString());
        var cgroup = File.ReadAllText(Path.Combine(bundle, "cgroup.txt"));
        Assert.Contains($"==> {_kernel.Root}/{FakeKernel.V2}pids.current <==\n99\n\n", cgroup, StringComparison.Ordinal);
        Assert.Contains($"==> {_kernel.Root}/sys/fs/cgroup/kubepods/memory.max <==\nmax\n\n", cgroup, StringComparison.Ordinal);
        Assert.Equal("process threads resident name\n1 ? ? ?\n7 31 1234 kB worker thing\n0 ? ? ?\n", File.ReadAllText(Path.Combine(bundle, "processes.txt")));
        const string Stuck = "2 x .NET TP Worker (D in mem_cgroup_handle_over_high)";
        Assert.StartsWith(Stuck, File.ReadAllText(Path.Combine(bundle, "kernel-stacks.txt")), StringComparison.Ordinal);
        Assert.Contains("\n[<0>] exit_to_user_mode\n\n1 x main (D)\nids: 9\n", File.ReadAllText(Path.Combine(bundle, "kernel-stacks.txt")), StringComparison.Ordinal);
        var logged = Assert.Single(_shield.Log.Named("ContainerThreads"));
        Assert.Equal(("3", $"{Stuck}; 1 x main (D)"), (logged["Count"], logged["Groups"]));
    }

    [Fact]
    public void MemoryHighForMoreThanFiveSecondsIsOne()
    {
        InUse();
        for (var second = 0; second <= 7; second++)
        {
            _kernel.Events(high: second * 10);
            _shield.Tick();
        }

        Assert.Empty(_shield.Bundles);
        _kernel.Events(high: 80);
        _shield.Tick();
        Assert.EndsWith("-memory-high", Assert.Single(_shield.Bundles), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("inactive_file", "active_file")]
    [InlineData("active_file", "inactive_file")]
    public void MemoryHighFilledByPageCacheIsNone(string full, string empty)
    {
        _kernel.Write(FakeKernel.V2 + "memory.stat", $"{full} {20 * FakeKernel.Mebi}\n{empty} 0\n");
        for (var second = 0; second <= 60; second++)
        {
            _kernel.Events(high: second * 10);
            _shield.Tick();
        }

        Assert.Empty(_shield.Outcomes);
    }

    [Fact]
    public void TasksThatWaitForMemoryAreOne()
    {
        for (var second = 0; second < 4; second++)
        {
            _kernel.Stall(second * 960_000, 0);
            _shield.Tick();
        }

        Assert.EndsWith("-memory-pressure", Assert.Single(_shield.Bundles), StringComparison.Ordinal);
    }

    [Fact]
    public void RefusedTaskHasToBeFollowedByMore()
    {
        _shield.Tick();
        for (var refused = 8; refused < 10; refused++)
        {
            _kernel.Write(FakeKernel.V2 + "pids.events", $"max {refused}\n");
            _shield.Tick();
        }

        Assert.Equal(["pids began"], _shield.Outcomes);
        _shield.Tasks(20, seconds: 50);
        Assert.Equal(["pids began", "pids cleared"], _shield.Outcomes);
    }

    [Fact]
    public void UsedMemoryAndThrottlingAreNone()
    {
        _kernel.Usage(199);
        _kernel.Events(max: 10, oom: 3, oomKill: 3);
        _kernel.Write("proc/meminfo", "MemTotal: 100 kB\nMemAvailable: 0 kB\n");
        _shield.Tasks(20, seconds: 60);
        Assert.Empty(_shield.Outcomes);
    }

    [Fact]
    public void ClearedInTimeItStays()
    {
        _shield.Tasks(99, seconds: 25);
        _shield.Tasks(20, seconds: 31);
        Assert.Equal(["pids began", "pids cleared"], _shield.Outcomes);
        Assert.Single(_shield.Log.Named("ContainerCleared"));
        Assert.Null(_shield.Drain.Request);
    }

    [Fact]
    public void EvidenceIsSavedOnceInFiveMinutesAndBeforeEachRestart()
    {
        for (var i = 0; i < 3; i++)
        {
            _shield.Tasks(99, seconds: 10);
            _shield.Tasks(20, seconds: 35);
        }

        Assert.Single(_shield.Bundles);
        Assert.Equal(3, _shield.Outcomes.Count(outcome => outcome == "pids began"));

        _shield.Tasks(99, seconds: 40);
        Assert.Equal(2, _shield.Bundles.Length);
        Assert.NotNull(_shield.Drain.Request);
    }

    [Fact]
    public void FourthWithinTenMinutesStaysAndOneLaterDoesNot()
    {
        for (var i = 0; i < 3; i++)
            Restarts(expected: true);
        var used = Assert.Single(Restarts(expected: false));
        Assert.Equal(("3", "10 min", "3"), (used["Taken"], used["Window"], used["Budget"]));
        _kernel.Time.Advance(TimeSpan.FromMinutes(10));
        Restarts(expected: true);

        // Each is a process of its own.
        IReadOnlyList<Supervision.LogRecord> Restarts(bool expected)
        {
            using var next = new ReactionFixture(_kernel, _shield.Snapshots);
            next.Tasks(99, seconds: 40);
            Assert.Equal((expected, expected ? 79 : null), (next.Drain.Request is not null, next.End.Asked));
            Assert.Equal(["pids began", expected ? "pids restarted" : "pids refused"], next.Outcomes);
            return next.Log.Named("ContainerBudgetUsed");
        }
    }

    [Fact]
    public void WhereItCannotBeCountedItStays()
    {
        // A file in its place: not even root can make a directory there.
        var file = Path.Combine(_shield.Snapshots, "file");
        File.WriteAllText(file, "");
        using var shield = new ReactionFixture(_kernel, file);

        shield.Tasks(99, seconds: 40);

        Assert.Null(shield.Drain.Request);
        Assert.Equal(["pids began", "pids refused"], shield.Outcomes);
        Assert.Single(shield.Log.Named("SnapshotFailed"));
        Assert.Single(shield.Log.Named("ContainerBudgetUnknown"));
    }

    [Fact]
    public void WithoutSnapshotsTheLogAloneIsTold()
    {
        using var shield = new ReactionFixture(_kernel, _shield.Snapshots, options => options.Snapshots.Enabled = false);
        shield.Tasks(99, seconds: 40);
        Assert.Empty(shield.Bundles);
        Assert.Single(shield.Log.Named("ContainerCritical"));
        Assert.Equal(79, shield.End.Asked);
    }

    [Fact]
    public void BudgetOfZeroSavesEvidenceAndStays()
    {
        using var shield = new ReactionFixture(_kernel, _shield.Snapshots, options => options.Containers.RestartBudget = 0);
        shield.Tasks(99, seconds: 40);
        Assert.Single(shield.Bundles);
        Assert.Null(shield.Drain.Request);
    }

    [Fact]
    public void WorkerThatDoesNotServeWaits()
    {
        // A spare: its gate has not been opened.
        _shield.Serving.HasServer = true;
        _shield.Tasks(99, seconds: 100);
        Assert.Null(_shield.Drain.Request);

        _shield.Gate.Open();
        _shield.Serving.TryGo(ServingPhase.HandingOver);
        _shield.Tick();
        Assert.Null(_shield.Drain.Request);

        _shield.Serving.TryGo(ServingPhase.Serving);
        _shield.Tick();
        Assert.NotNull(_shield.Drain.Request);
    }

    [Fact]
    public void StopThatWasAskedForKeepsItsStatus()
    {
        _shield.Tasks(99, seconds: 31);
        _kernel.Time.Advance(TimeSpan.FromSeconds(1));
        _shield.Source.Read();
        _shield.Drain.Begin("SIGTERM");
        _shield.Work();
        Assert.Equal(("SIGTERM", false, null), (_shield.Drain.Request?.By, _shield.Drain.Now.IsCancellationRequested, _shield.End.Asked));
        // Nor does it cost a restart of the budget.
        Assert.Equal(["pids began"], _shield.Outcomes);
        Assert.Empty(Directory.GetFiles(_shield.Snapshots, "restarts-*"));
    }

    [Fact]
    public void CalmAndCriticalAllocateNothingATick()
    {
        _shield.Tasks(20, seconds: 30);
        Assert.Equal(0, OfTenReadings());
        _shield.Tasks(99, seconds: 2);
        // The text of the pressure's reason is made in any case.
        var withReason = OfTenReadings();
        _kernel.Source.Read();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 10; i++)
            _kernel.Source.Read();
        Assert.Equal(GC.GetAllocatedBytesForCurrentThread() - before, withReason);

        long OfTenReadings()
        {
            _shield.Source.Read();
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < 10; i++)
                _shield.Source.Read();
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }
    }

    [Fact]
    [Trait("Needs", "processes")]
    public async Task RealLimitOfTasksIsOneAndItsProcessesAreNamed()
    {
        await using var cgroup = RealCgroup.Pids(limit: 10);
        using var kernel = FakeKernel.None();
        cgroup.MountIn(kernel);
        Directory.CreateSymbolicLink(Path.Combine(kernel.Root, "proc/self/task"), "/proc/self/task");
        cgroup.Crowd(10);
        // A process is a copy of the shell until it executes its command.
        await Supervision.Deadline.Until(() => cgroup.Processes.Count(id => KernelFile.Lines($"/proc/{id}/comm") is ["sleep"]) == 9, "nine processes beside the shell");
        foreach (var id in cgroup.Processes)
            Directory.CreateSymbolicLink(Path.Combine(kernel.Root, "proc", id), $"/proc/{id}");
        using var shield = new ReactionFixture(kernel);

        for (var i = 0; i < 40; i++)
            shield.Tick();

        var bundle = Assert.Single(shield.Bundles);
        Assert.Equal(9, File.ReadLines(Path.Combine(bundle, "processes.txt")).Count(line => line.EndsWith(" sleep", StringComparison.Ordinal)));
        Assert.Contains("pids.max <==\n10\n", await File.ReadAllTextAsync(Path.Combine(bundle, "cgroup.txt")), StringComparison.Ordinal);
        Assert.Contains(".NET", await File.ReadAllTextAsync(Path.Combine(bundle, "kernel-stacks.txt")), StringComparison.Ordinal);
        Assert.Equal(79, shield.End.Asked);
    }

    // No idle page cache.
    private void InUse() => _kernel.Write(FakeKernel.V2 + "memory.stat", "anon 1\nfile 2\ninactive_file 0\nactive_file 5\n");
}
