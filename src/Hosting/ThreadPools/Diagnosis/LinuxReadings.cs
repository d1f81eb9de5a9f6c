using CrashShield.Hosting.Containers;

namespace CrashShield.Hosting.ThreadPools.Diagnosis;

/// <summary>What procfs (proc_stat(5), proc_pid_status(5)) and the cgroup's <c>cpu</c> controller tell besides.</summary>
internal sealed class LinuxReadings : RuntimeReadings, IDisposable
{
    // The lines of the processors come first, and one has at most ten numbers of some twelve digits.
    private const int StatLine = 128;

    private readonly string _root;
    private readonly TaskStates _tasks;
    private Opened? _opened;

    public LinuxReadings(KernelRoot root, TimeProvider time) => (_root, _tasks) = (root.Path, new(time));

    public override double Processors => Files.Processors;

    // Opened by the thread that reads first, and not while the application starts.
    private Opened Files => _opened ??= new(_root);

    public override bool TryReadMachine(out long idle, out long all) => Files.TryReadMachine(out idle, out all);

    public override bool TryReadThrottled(out long periods) => Files.TryReadThrottled(out periods);

    public override bool TryCountWorkers(out int runnable, out int all) => _tasks.TryCount(out runnable, out all);

    public override void Refresh() => Files.Refresh();

    public void Dispose() => _opened?.Dispose();

    private sealed class Opened : IDisposable
    {
        private readonly KernelFile _status;
        private readonly KernelFiles _files = new();
        private readonly string _statPath;
        private readonly ProcessorQuota[] _quotas;
        private readonly bool[] _isSet;
        private KernelFile _stat;
        private AllowedProcessors _allowed;
        private AllowedProcessors _listed;

        public Opened(string root)
        {
            _status = new(Path.Combine(root, "proc/self/status"));
            _allowed = AllowedProcessors.Read(_status.Read(), AllowedProcessors.Unknown);
            _listed = _allowed;
            _statPath = Path.Combine(root, "proc/stat");
            _stat = OpenStat();
            _quotas = Cgroup.Find(root).Cpu is { } cpu ? [.. ProcessorQuota.Find(cpu, _files)] : [];
            _isSet = new bool[_quotas.Length];
            Refresh();
        }

        public double Processors { get; private set; }

        public bool TryReadMachine(out long idle, out long all) => ProcessorTimes.TrySum(_stat.Read(), _listed, out idle, out all, out _);

        public bool TryReadThrottled(out long periods)
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

        public void Refresh()
        {
            _files.Reopen();
            _stat.Reopen();
            _status.Reopen();
            var before = _allowed;
            _allowed = AllowedProcessors.Read(_status.Read(), before);
            if (_allowed.Highest > before.Highest)
            {
                _stat.Dispose();
                _stat = OpenStat();
            }

            _listed = Listed();
            var processors = ProcessorTimes.TrySum(_stat.Read(), _listed, out _, out _, out var online) ? online : (double)Environment.ProcessorCount;
            for (var i = 0; i < _quotas.Length; i++)
            {
                _isSet[i] = _quotas[i].TryReadProcessors(out var allowed);
                if (_isSet[i])
                    processors = Math.Min(processors, allowed);
            }

            Processors = processors;
        }

        // lxcfs shows a container its own processors alone, numbered from 0, and /proc/self/status those of the machine.
        private AllowedProcessors Listed()
        {
            var stat = _stat.Read();
            ProcessorTimes.TrySum(stat, _allowed, out _, out _, out var found);
            var lines = ProcessorTimes.Count(stat);
            var isRenumbered = found < lines && lines <= _allowed.Count;
            if (!isRenumbered)
                return _allowed;
            var isKnown = _listed.Count == lines && _listed.Highest == lines - 1;
            return isKnown ? _listed : AllowedProcessors.First(lines);
        }

        public void Dispose()
        {
            _stat.Dispose();
            _status.Dispose();
            _files.Dispose();
        }

        private KernelFile OpenStat() => new(_statPath, StatLine * (_allowed.Highest + 2));
    }
}
