namespace CrashShield.Hosting.Containers.Limits;

/// <summary>Opens the files of the cgroups, each once.</summary>
internal sealed unsafe class LimitFiles(KernelCalls* calls, RawBlock block)
{
    // The most telling first: the evidence has a bound.
    private static readonly string[] OwnMemory =
    [
        "memory.current", "memory.high", "memory.max", "memory.events", "memory.pressure", "memory.swap.current", "memory.oom.group", "memory.stat", "memory.usage_in_bytes", "memory.limit_in_bytes",
        "memory.oom_control", "memory.failcnt", "cgroup.procs",
    ];

    private static readonly string[] MemoryAbove = ["memory.current", "memory.high", "memory.max", "memory.events", "memory.stat"];
    private static readonly string[] Tasks = ["pids.current", "pids.max", "pids.events"];
    private static readonly string[] Processor = ["cpu.max", "cpu.stat"];

    // By path, where in the array: a dictionary of such values would be compiled at each start.
    private readonly Dictionary<string, int> _indexes = [];
    private EvidenceFile[] _files = new EvidenceFile[64];

    public int Count => _indexes.Count;

    public EvidenceFile this[int index] => _files[index];

    public void Open(Cgroup cgroup)
    {
        OpenAll(cgroup.Memory, OwnMemory, MemoryAbove);
        OpenAll(cgroup.Pids, Tasks, Tasks);
        OpenAll(cgroup.Cpu, Processor, []);
    }

    /// <summary>The descriptor of a file; below zero where there is none.</summary>
    public nint Of(string directory, string name) => _indexes.TryGetValue(Path.Combine(directory, name), out var index) ? _files[index].Descriptor : KernelCalls.Failed;

    private void OpenAll(CgroupChain? chain, string[] own, string[] above)
    {
        if (chain is null)
            return;
        for (var i = 0; i < chain.Directories.Count; i++)
        {
            foreach (var name in i == 0 ? own : above)
                TryOpen(Path.Combine(chain.Directories[i], name));
        }
    }

    private void TryOpen(string path)
    {
        if (_indexes.ContainsKey(path) || !KernelFile.Exists(path))
            return;
        var word = block.Word(path);
        if (calls->OpenForReading(word.Start) is not (>= 0 and var descriptor))
            return;
        if (_indexes.Count == _files.Length)
            Array.Resize(ref _files, _files.Length * 2);
        _files[_indexes.Count] = new(word, descriptor);
        _indexes.Add(path, _indexes.Count);
    }
}
