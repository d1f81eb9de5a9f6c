using System.Runtime.CompilerServices;

namespace CrashShield.Hosting.Containers.Limits;

/// <summary>A trouble in words.</summary>
internal readonly unsafe struct TroubleWords(RawBlock block)
{
    private const long Mebi = 1 << 20;
    private const long Second = 1_000_000_000;

    private readonly RawWord _highReason = block.Word("memory-high");
    private readonly RawWord _maxReason = block.Word("memory-max");
    private readonly RawWord _pressureReason = block.Word("memory-pressure");
    private readonly RawWord _pidsReason = block.Word("pids");
    private readonly RawWord _high = block.Word("memory.high is exceeded and the kernel puts to sleep who needs memory");
    private readonly RawWord _max = block.Word("at memory.max the kernel reclaims what is needed at once again");
    private readonly RawWord _hold = block.Word("at the memory limit of cgroup v1, which kills nobody, whoever needs memory waits");
    private readonly RawWord _pressure = block.Word("tasks wait for memory more than 95 % of the time");
    private readonly RawWord _pids = block.Word("there may be no more tasks");
    private readonly RawWord _since = block.Word(", for ");
    private readonly RawWord _seconds = block.Word(" s: ");
    private readonly RawWord _memory = block.Word(" MiB in use");
    private readonly RawWord _ofHigh = block.Word(", memory.high ");
    private readonly RawWord _ofMax = block.Word(", memory.max ");
    private readonly RawWord _cache = block.Word(", page cache ");
    private readonly RawWord _mebibytes = block.Word(" MiB");
    private readonly RawWord _tasks = block.Word(" tasks of ");

    /// <summary>The short word that is part of a bundle's name.</summary>
    [MethodImpl(RawCode.Final)]
    public RawWord Reason(LimitTrouble trouble) =>
        trouble == LimitTrouble.High ? _highReason
        : trouble is LimitTrouble.Max or LimitTrouble.Hold ? _maxReason
        : trouble == LimitTrouble.Pressure ? _pressureReason
        : _pidsReason;

    /// <summary>One line: what it is, for how long, and the numbers.</summary>
    [MethodImpl(RawCode.Final)]
    public void Describe(LimitTrouble trouble, long lasting, MemoryLimit* memory, TaskLimit* tasks, RawText* into)
    {
        into->Add(trouble == LimitTrouble.High ? _high : trouble == LimitTrouble.Max ? _max : trouble == LimitTrouble.Hold ? _hold : trouble == LimitTrouble.Pressure ? _pressure : _pids);
        into->Add(_since);
        into->Add(lasting / Second);
        into->Add(_seconds);
        if (trouble == LimitTrouble.Pids)
        {
            into->Add(tasks->Current);
            into->Add(_tasks);
            into->Add(tasks->Max);
            return;
        }

        into->Add(memory->Current > 0 ? memory->Current / Mebi : 0);
        into->Add(_memory);
        AddLimit(_ofHigh, memory->High, into);
        AddLimit(_ofMax, memory->Max, into);
        AddLimit(_cache, memory->PageCache, into);
    }

    [MethodImpl(RawCode.Final)]
    private void AddLimit(RawWord name, long bytes, RawText* into)
    {
        if (bytes < 0 || bytes == LimitReader.NoLimit)
            return;

        into->Add(name);
        into->Add(bytes / Mebi);
        into->Add(_mebibytes);
    }
}
