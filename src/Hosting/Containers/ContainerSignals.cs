using CrashShield.Hosting.Memory;

namespace CrashShield.Hosting.Containers;

/// <summary>Opens the files of what was found. Their names and formats: Documentation/admin-guide/cgroup-v2.rst and cgroup-v1/ of the kernel.</summary>
internal sealed class ContainerSignals(Cgroup cgroup, string root, KernelFiles files, IGarbageCollector gc, ContainerOptions options, TimeProvider time)
{
    private const double Degrade = 0.9;
    private const double Open = 1;

    public WorkingSetSignal? WorkingSet { get; } = cgroup.Memory is { } memory ? new([.. MemoryLevel.Find(memory, files)], gc, options, time) : null;

    public ContainerSignal[] OpenAll() => [.. Memory(), .. Pids(), .. Cpu()];

    private IEnumerable<ContainerSignal> Memory()
    {
        var proc = Path.Combine(root, "proc");
        yield return new MachineMemorySignal(
            files.Value(proc, "meminfo", "MemAvailable:"), files.Value(proc, "meminfo", "MemTotal:"), files.Value(Path.Combine(proc, "self"), "status", "RssAnon:\t"), WorkingSet, options);
        if (WorkingSet is null)
            yield break;

        yield return WorkingSet;
        foreach (var signal in cgroup.Memory!.IsV2 ? EventsV2(cgroup.Memory.Own) : EventsV1(cgroup.Memory.Own))
            yield return signal;
    }

    private IEnumerable<ContainerSignal> EventsV2(string directory)
    {
        var stall = new StallSignal(
            files.Value(directory, "memory.pressure", "some ", "total="), files.Value(directory, "memory.pressure", "full ", "total="), options, time);
        yield return stall;
        yield return new HighSignal(files.Value(directory, "memory.events", "high "), MemoryInUse.Of(isV2: true, directory, files), stall, options, time);
        yield return LimitHit("memory.max", files.Value(directory, "memory.events", "max "));
        yield return OutOfMemory(files.Value(directory, "memory.events", "oom "), files.Value(directory, "memory.events", "oom_kill "));
    }

    private IEnumerable<ContainerSignal> EventsV1(string directory)
    {
        yield return LimitHit("memory.limit_in_bytes", files.Value(directory, "memory.failcnt"));
        yield return OutOfMemory(files.Value(directory, "memory.oom_control", "oom_kill "));
    }

    // Page cache fills any container that reads files, up to the limit and without harm: a hit tells something only while the memory is in use.
    private EventSignal LimitHit(string limit, KernelValue counter) =>
        new($"memory: {limit} was hit", Degrade, time, () => WorkingSet!.Share > options.MemoryRecoverAt, null, counter);

    private EventSignal OutOfMemory(params KernelValue[] counters) => new("memory: the kernel ran out of it for this container", Open, time, null, null, counters);

    private IEnumerable<ContainerSignal> Pids()
    {
        if (cgroup.Pids is not { } pids)
            yield break;

        foreach (var directory in pids.Limiting("pids.max"))
            yield return new PidsSignal(files.Value(directory, "pids.current"), files.Value(directory, "pids.max"), options);
        yield return new EventSignal("pids: a task was refused at pids.max", Open, time, null, PidsSignal.Name, files.Value(pids.Own, "pids.events", "max "));
    }

    private IEnumerable<ContainerSignal> Cpu() => cgroup.Cpu is not { } cpu ? [] : cpu.Limiting(cpu.IsV2 ? "cpu.max" : "cpu.cfs_quota_us").Select(
        directory => new ThrottlingSignal(
            files.Value(directory, "cpu.stat", "nr_periods "), files.Value(directory, "cpu.stat", "nr_throttled "), ProcessorQuota.Of(cpu.IsV2, directory, files), options, time));
}
