using CrashShield.Hosting.Containers;
using Microsoft.Extensions.Options;

namespace CrashShield.Hosting.ThreadPools.Relief;

/// <summary>How many threads the pool may have: by setting, by the memory that is left, and by the tasks that are allowed.</summary>
internal sealed class ReliefBound : IDisposable
{
    // What a thread of the pool takes with its stack: 36 to 64 KiB resident were measured with handlers that wait, and the kernel has 16 KiB of its own for each. Deeper stacks take more.
    private const long ThreadBytes = 128 * 1024;
    private const int MemoryPart = 4;

    // Where the pids signal of the container recovers; a tenth is left for what else starts threads.
    private const double TaskShare = 0.6;

    private readonly int _most;
    private readonly KernelRoot? _root;
    private MemoryLevel[] _memory = [];
    private (KernelValue Limit, KernelValue Used)[] _tasks = [];
    private KernelValue? _available;
    private KernelFiles? _files;

    public ReliefBound(IOptions<CrashShieldOptions> options, KernelRoot? root = null) => (_most, _root) = (options.Value.ThreadPool.MaxAddedThreads, root);

    /// <summary>Whether none are to be given.</summary>
    public bool IsZero => _most == 0;

    /// <summary>Opens the files, or tries again what could not be read.</summary>
    public void Refresh()
    {
        if (_files is not null)
            _files.Reopen();
        else if (_root is not null)
            Open(_root.Path);
    }

    /// <summary>How many threads the pool may have in all.</summary>
    /// <param name="own">Its own minimum.</param>
    /// <param name="threads">How many it has.</param>
    public int Threads(int own, int threads)
    {
        if (_files is null)
            Refresh();
        long most = own + _most;
        if (_available is { } available && available.TryRead(out var kilobytes))
            most = Math.Min(most, threads + (kilobytes * 1024 / MemoryPart / ThreadBytes));
        foreach (var level in _memory)
        {
            if (level.LimitFile.TryRead(out var limit) && level.InUse.TryRead(out var used))
                most = Math.Min(most, threads + (Math.Max(0, limit - used) / MemoryPart / ThreadBytes));
        }

        foreach (var (limit, tasks) in _tasks)
        {
            if (limit.TryRead(out var allowed) && allowed < long.MaxValue && tasks.TryRead(out var current))
                most = Math.Min(most, threads + Math.Max(0, (long)(allowed * TaskShare) - current));
        }

        return (int)most;
    }

    public void Dispose() => _files?.Dispose();

    // By the thread that asks, and not while the application starts.
    private void Open(string root)
    {
        var files = _files = new KernelFiles();
        var cgroup = Cgroup.Find(root);
        _available = files.Value(Path.Combine(root, "proc"), "meminfo", "MemAvailable:");
        if (cgroup.Memory is { } memory)
            _memory = [.. MemoryLevel.Find(memory, files)];
        if (cgroup.Pids is { } pids)
            _tasks = [.. pids.Limiting("pids.max").Select(directory => (files.Value(directory, "pids.max"), files.Value(directory, "pids.current")))];
    }
}
