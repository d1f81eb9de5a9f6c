using CrashShield.Hosting.Containers;

namespace CrashShield.Hosting.ThreadPools.Diagnosis;

/// <summary>What procfs (proc_stat(5), proc_pid_status(5)) and the cgroup's <c>cpu</c> controller tell besides.</summary>
internal sealed class LinuxReadings : RuntimeReadings, IDisposable
{
    // The lines of the processors come first, and one has at most ten numbers of some twelve digits.
    private const int StatLine = 128;

    private readonly KernelFile _status;
    private readonly KernelFiles _files = new();
    private readonly KernelFile _stat;
    private readonly TaskStates _tasks;
    private readonly ProcessorQuota[] _quotas;
    private readonly bool[] _isSet;
    private AllowedProcessors _allowed;
    private double _processors;

    public LinuxReadings(KernelRoot root, TimeProvider time)
    {
        _tasks = new(time);
        _status = new(Path.Combine(root.Path, "proc/self/status"));
        _allowed = AllowedProcessors.Read(_status.Read(), AllowedProcessors.Unknown);
        _stat = new(Path.Combine(root.Path, "proc/stat"), StatLine * (_allowed.Highest + 2));
        _quotas = Cgroup.Find(root.Path).Cpu is { } cpu ? [.. ProcessorQuota.Find(cpu, _files)] : [];
        _isSet = new bool[_quotas.Length];
        Refresh();
    }

    public override double Processors => _processors;

    public override bool TryReadMachine(out long idle, out long all) => ProcessorTimes.TrySum(_stat.Read(), _allowed, out idle, out all);

    public override bool TryReadThrottled(out long periods)
    {
        periods = 0;
        var any = false;
        for (var i = 0; i < _quotas.Length; i++)
        {
            if (!_isSet[i] || !_quotas[i].TryReadThrottled(out var stopped))
                continue;
            periods += stopped;
            any = true;
        }

        return any;
    }

    public override bool TryCountWorkers(out int runnable, out int all) => _tasks.TryCount(out runnable, out all);

    public override void Refresh()
    {
        _files.Reopen();
        _stat.Reopen();
        _status.Reopen();
        _allowed = AllowedProcessors.Read(_status.Read(), _allowed);
        var processors = _allowed.Count > 0 ? _allowed.Count : (double)Environment.ProcessorCount;
        for (var i = 0; i < _quotas.Length; i++)
        {
            _isSet[i] = _quotas[i].TryReadProcessors(out var allowed);
            if (_isSet[i])
                processors = Math.Min(processors, allowed);
        }

        _processors = processors;
    }

    public void Dispose()
    {
        _stat.Dispose();
        _status.Dispose();
        _files.Dispose();
    }
}
