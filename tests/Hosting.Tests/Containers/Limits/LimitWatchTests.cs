using CrashShield.Hosting.Containers.Limits;

namespace CrashShield.Hosting.Tests.Containers.Limits;

public sealed class LimitWatchTests : IDisposable
{
    private const string Own = FakeKernel.V2;
    private const string Above = "sys/fs/cgroup/kubepods/";
    private const long Mebi = FakeKernel.Mebi;

    private readonly LimitRun _run;

    public LimitWatchTests()
    {
        var kernel = FakeKernel.Cgroup2();
        kernel.Write(Own + "memory.high", $"{100 * Mebi}\n");
        kernel.Write(Own + "memory.stat", $"inactive_file {Mebi}\nactive_file {Mebi}\nworkingset_refault_file 0\n");
        _run = new(kernel);
    }

    public void Dispose() => _run.Dispose();

    [Fact]
    public void MemoryHighExceededForMoreThanFiveSecondsIsSavedAndThenRestarts()
    {
        Use(119);
        _run.Read(30, i => _run.Kernel.Events(high: i / 8));

        Assert.Equal([LimitStep.Evidence, LimitStep.Restart], _run.Due.Select(due => due.Step));
        Assert.InRange(_run.Due[0].After, 5, 8);
        Assert.InRange(_run.Due[1].After - _run.Due[0].After, LimitRun.Patience.TotalSeconds, LimitRun.Patience.TotalSeconds + 0.5);
        _run.Describe();
        Assert.EndsWith(" 119 MiB in use, memory.high 100 MiB, memory.max 200 MiB, page cache 2 MiB", _run.Detail);
    }

    /// <summary>One per cent too much costs less than 10 ms, which the kernel leaves out.</summary>
    [Fact]
    public void AProcessThatIsHardlySlowedDownStays()
    {
        Use(101);
        _run.Read(60, i => _run.Kernel.Events(high: i * 100));

        Assert.Empty(_run.Due);
    }

    [Fact]
    public void PageCacheThatIsTakenBackAtMemoryHighIsOrdinary()
    {
        Use(108);
        _run.Kernel.Write(Own + "memory.stat", $"inactive_file {20 * Mebi}\nactive_file {20 * Mebi}\nworkingset_refault_file 0\n");
        _run.Read(60, i => _run.Kernel.Events(high: i * 10));

        Assert.Empty(_run.Due);
    }

    [Fact]
    public void WhatWasCountedBeforeIsAnotherProcesss()
    {
        Use(120);
        _run.Kernel.Events(high: 44_203);
        using var run = new LimitRun(_run.Kernel, ownsKernel: false);
        run.Read(60);

        Assert.Empty(run.Due);
    }

    [Fact]
    public void AShorterTroubleEndsByItselfAndALongerOneIsToldToBeOver()
    {
        Use(119);
        _run.Read(1.5, i => _run.Kernel.Events(high: i));
        _run.Read(10);
        Assert.Empty(_run.Due);

        _run.Read(8, i => _run.Kernel.Events(high: 100 + i));
        // The limit is raised in place.
        _run.Kernel.Write(Own + "memory.high", "max\n");
        _run.Read(60, i => _run.Kernel.Events(high: 200 + i));
        Assert.Equal([LimitStep.Evidence, LimitStep.Cleared], _run.Due.Select(due => due.Step));
    }

    [Fact]
    public void ALimitOfACgroupAboveCountsWhileThisOneFillsIt()
    {
        Use(119);
        WriteAbove(current: 125, high: 100);
        using var run = new LimitRun(_run.Kernel, ownsKernel: false);
        run.Kernel.Write(Own + "memory.high", "max\n");
        run.Read(8, i => EventsAbove(i));
        Assert.Equal(LimitStep.Evidence, Assert.Single(run.Due).Step);
    }

    [Fact]
    public void NeighboursInTheCgroupAboveAreNoReason()
    {
        Use(30);
        WriteAbove(current: 125, high: 100);
        using var run = new LimitRun(_run.Kernel, ownsKernel: false);
        run.Read(30, i => EventsAbove(i));

        Assert.Empty(run.Due);
    }

    [Fact]
    public void ALiveLockAtMemoryMaxRestarts()
    {
        _run.Kernel.Write(Own + "memory.high", "max\n");
        Use(199);
        _run.Read(30, i =>
        {
            _run.Kernel.Events(max: i * 50);
            _run.Kernel.Write(Own + "memory.stat", $"inactive_file {Mebi}\nactive_file {Mebi}\nworkingset_refault_file {i * 200}\n");
        });

        Assert.Equal([LimitStep.Evidence, LimitStep.Restart], _run.Due.Select(due => due.Step));
    }

    [Fact]
    public void AServiceThatReadsFilesAtMemoryMaxIsOrdinary()
    {
        _run.Kernel.Write(Own + "memory.high", "max\n");
        Use(199);
        _run.Read(60, i =>
        {
            _run.Kernel.Events(max: i * 50);
            _run.Kernel.Write(Own + "memory.stat", $"inactive_file {20 * Mebi}\nactive_file {Mebi}\nworkingset_refault_file {i * 200}\n");
        });

        Assert.Empty(_run.Due);
    }

    [Fact]
    public void TasksThatWaitNearALimitRestartLater()
    {
        Use(96);
        _run.Read(60, i => _run.Kernel.Stall(i * 250_000, 0));

        Assert.Equal([LimitStep.Evidence, LimitStep.Restart], _run.Due.Select(due => due.Step));
        Assert.InRange(_run.Due[0].After, 5, 10);
        Assert.InRange(_run.Due[1].After, 35, 40);
    }

    /// <summary>The machine is short of memory, and a restart needs more.</summary>
    [Fact]
    public void TasksThatWaitFarFromALimitAreTheMachines()
    {
        Use(50);
        _run.Read(60, i => _run.Kernel.Stall(i * 250_000, i * 250_000));

        Assert.Empty(_run.Due);
    }

    [Fact]
    public void PidsMaxIsSeenByItsCounterAndByItsShare()
    {
        _run.Read(8, i => _run.Kernel.Write(Own + "pids.events", $"max {7 + i / 4}\n"));
        Assert.Equal(LimitStep.Evidence, Assert.Single(_run.Due).Step);

        using var run = new LimitRun(FakeKernel.Cgroup2());
        run.Kernel.Write(Own + "pids.current", "96\n");
        run.Read(8);
        Assert.Equal(LimitStep.Evidence, Assert.Single(run.Due).Step);
        run.Describe();
        Assert.EndsWith(": 96 tasks of 100", run.Detail);
    }

    [Fact]
    public void AVersion1LimitThatKillsNobodyIsSeen()
    {
        using var run = new LimitRun(FakeKernel.Cgroup1());
        run.Kernel.Write(FakeKernel.V1Memory + "memory.oom_control", "oom_kill_disable 1\nunder_oom 1\noom_kill 0\n");
        run.Read(28);

        Assert.Equal([LimitStep.Evidence, LimitStep.Restart], run.Due.Select(due => due.Step));
        run.Describe();
        Assert.EndsWith(" 60 MiB in use, memory.max 200 MiB, page cache 0 MiB", run.Detail);
    }

    [Fact]
    public void WithoutACgroupThereIsNothingToWatch()
    {
        using var none = FakeKernel.None();
        using var hidden = FakeKernel.Hidden();

        Assert.Null(LimitWatch.TryOpen(none.Root, null, "{}", LimitRun.Patience));
        Assert.Null(LimitWatch.TryOpen(hidden.Root, null, "{}", LimitRun.Patience));
    }

    private void Use(int mebibytes) => _run.Kernel.Write(Own + "memory.current", $"{mebibytes * Mebi}\n");

    private void WriteAbove(int current, int high)
    {
        _run.Kernel.Write(Above + "memory.current", $"{current * Mebi}\n");
        _run.Kernel.Write(Above + "memory.high", $"{high * Mebi}\n");
        _run.Kernel.Write(Above + "memory.stat", $"inactive_file {Mebi}\nactive_file {Mebi}\n");
        EventsAbove(0);
    }

    private void EventsAbove(int high) => _run.Kernel.Write(Above + "memory.events", $"low 0\nhigh {high}\nmax 0\noom 0\noom_kill 0\n");
}
