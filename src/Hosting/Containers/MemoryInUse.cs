namespace CrashShield.Hosting.Containers;

/// <summary>
/// The memory of a cgroup that the kernel cannot simply take back: without the page cache, be it idle, in use or mapped. A file system in memory (tmpfs, shared memory) is on neither of the
/// lists of files and so counts, as does what is locked.
/// </summary>
internal sealed class MemoryInUse(KernelValue usage, KernelValue inactiveFile, KernelValue activeFile)
{
    private KernelValue? _unread;

    /// <summary>What could not be read the last time.</summary>
    public KernelValue Unread => _unread ?? usage;

    /// <summary>All memory that is charged, as it was read last.</summary>
    public long Usage { get; private set; }

    /// <summary>That of one cgroup.</summary>
    public static MemoryInUse Of(bool isV2, string directory, KernelFiles files)
    {
        // Those of v1 without "total_" leave out the cgroups below.
        var (usage, prefix) = isV2 ? ("memory.current", "") : ("memory.usage_in_bytes", "total_");
        return new(files.Value(directory, usage), files.Value(directory, "memory.stat", prefix + "inactive_file "), files.Value(directory, "memory.stat", prefix + "active_file "));
    }

    public bool TryRead(out long bytes)
    {
        bytes = 0;
        if (!usage.TryRead(out var all))
            return Fail(usage);
        if (!inactiveFile.TryRead(out var inactive))
            return Fail(inactiveFile);

        // Where only the first of the two lists is shown, the second is taken for memory in use.
        bytes = Math.Max(0, all - inactive - (activeFile.TryRead(out var active) ? active : 0));
        Usage = all;
        return true;
    }

    private bool Fail(KernelValue value)
    {
        _unread = value;
        return false;
    }
}
