using System.Runtime.InteropServices;

namespace CrashShield.Hosting.Containers.Limits;

/// <summary>Watches the limits of the cgroup from memory that is there before it is needed. Only making one allocates.</summary>
internal sealed unsafe class LimitWatch
{
    private const int BlockSize = 192 * 1024;
    private const int ReadSize = 8192;

    private LimitWatch(LimitState* state) => State = state;

    /// <summary>For who calls it by itself.</summary>
    public LimitState* State { get; }

    /// <summary>How often it looks while all is well, and while not.</summary>
    public TimeSpan Interval => State->Episode.IsOn ? TimeSpan.FromMilliseconds(250) : TimeSpan.FromSeconds(1);

    /// <summary>Whether there is a limit of memory at which tasks sleep, as it was read last.</summary>
    public bool IsBound
    {
        get
        {
            for (var i = 0; i < State->MemoryCount; i++)
            {
                if (State->Memory[i].High is > 0 and not LimitReader.NoLimit || State->Memory[i].Max is > 0 and not LimitReader.NoLimit)
                    return true;
            }

            return false;
        }
    }

    /// <summary>What is in the way, in one line. Allocates.</summary>
    public string Detail => Marshal.PtrToStringUTF8((nint)State->Detail.Start, State->Detail.Length);

    /// <summary>Where the last bundle is. Allocates.</summary>
    public string EvidencePath => Marshal.PtrToStringUTF8((nint)State->Evidence->Path.Start, State->Evidence->Path.Length);

    /// <summary>Opens the files and touches all that it will need.</summary>
    /// <param name="root">Where <c>/proc</c> and the mounts are.</param>
    /// <param name="directory">Where the evidence goes; it has to be there.</param>
    /// <param name="versions">A JSON object for the manifest: what ran where.</param>
    /// <param name="patience">How long after the evidence a restart is due.</param>
    /// <returns>Null where there is nothing to watch: no cgroup, or another kind of machine.</returns>
    public static LimitWatch? TryOpen(string root, string? directory, string versions, TimeSpan patience)
    {
        var cgroup = Cgroup.Find(root);
        if (cgroup.Memory is null && cgroup.Pids is null)
            return null;

        var block = RawBlock.Create(BlockSize);
        var calls = (KernelCalls*)block.Take(sizeof(KernelCalls));
        if (!calls->TryFind())
            return null;

        var files = new LimitFiles(calls, block);
        files.Open(cgroup);
        var state = Build(block, calls, cgroup, files);
        state->Evidence = BuildEvidence(block, calls, files, directory ?? "", versions);
        state->Patience = (long)patience.TotalNanoseconds;
        // The first reading makes what it counts from, and has the kernel make its own buffers.
        state->Follow(calls->Now());
        return new(state);
    }

    private static LimitState* Build(RawBlock block, KernelCalls* calls, Cgroup cgroup, LimitFiles files)
    {
        var state = (LimitState*)block.Take(sizeof(LimitState));
        state->Calls = calls;
        state->Reader = (LimitReader*)block.Take(sizeof(LimitReader));
        *state->Reader = new(calls, block.Take(ReadSize), ReadSize);
        state->Words = (LimitWords*)block.Take(sizeof(LimitWords));
        *state->Words = new(block);
        state->Troubles = (TroubleWords*)block.Take(sizeof(TroubleWords));
        *state->Troubles = new(block);
        state->Detail = block.Text(LimitState.DetailSize);
        state->Episode.Begin();

        BuildMemory(state, block, cgroup.Memory, files);
        IReadOnlyList<string> tasks = cgroup.Pids?.Directories ?? [];
        state->TaskCount = tasks.Count;
        state->Tasks = (TaskLimit*)block.Take(sizeof(TaskLimit) * (tasks.Count + 1));
        for (var i = 0; i < tasks.Count; i++)
        {
            var task = state->Tasks + i;
            (task->CurrentFile, task->MaxFile, task->EventsFile) = (files.Of(tasks[i], "pids.current"), files.Of(tasks[i], "pids.max"), files.Of(tasks[i], "pids.events"));
            task->Begin();
        }

        return state;
    }

    private static void BuildMemory(LimitState* state, RawBlock block, CgroupChain? memory, LimitFiles files)
    {
        // v1 has no memory.high, and no counter of what it reclaims.
        IReadOnlyList<string> levels = memory is { IsV2: true } ? memory.Directories : [];
        state->MemoryCount = levels.Count;
        state->Memory = (MemoryLimit*)block.Take(sizeof(MemoryLimit) * (levels.Count + 1));
        var last = state->Memory + levels.Count;
        (last->HighFile, last->CurrentFile, last->MaxFile) = (
            KernelCalls.Failed, files.Of(memory?.Own ?? "", "memory.usage_in_bytes"), files.Of(memory?.Own ?? "", "memory.limit_in_bytes"));
        for (var i = 0; i < levels.Count; i++)
        {
            var level = state->Memory + i;
            (level->CurrentFile, level->HighFile, level->MaxFile) = (files.Of(levels[i], "memory.current"), files.Of(levels[i], "memory.high"), files.Of(levels[i], "memory.max"));
            (level->EventsFile, level->StatFile) = (files.Of(levels[i], "memory.events"), files.Of(levels[i], "memory.stat"));
            level->Begin();
        }

        state->HoldFile = memory is { IsV2: false } ? files.Of(memory.Own, "memory.oom_control") : KernelCalls.Failed;
        state->Stall.File = memory is { IsV2: true } ? files.Of(memory.Own, "memory.pressure") : KernelCalls.Failed;
        state->Stall.Begin();
    }

    private static LimitEvidence* BuildEvidence(RawBlock block, KernelCalls* calls, LimitFiles files, string directory, string versions)
    {
        var words = (EvidenceWords*)block.Take(sizeof(EvidenceWords));
        *words = new(block, directory, versions);
        var all = (EvidenceFile*)block.Take(sizeof(EvidenceFile) * (files.Count + 1));
        var count = files.Count;
        for (var i = 0; i < count; i++)
            all[i] = files[i];

        var threads = new ThreadList(calls, words, block.Text(LimitEvidence.PathSize), block.Take(ThreadList.EntriesSize), block.Take(ThreadList.ContentSize));
        var evidence = (LimitEvidence*)block.Take(sizeof(LimitEvidence));
        *evidence = new(calls, words, all, count, threads, RawHash.Create(block))
        {
            Text = block.Text(LimitEvidence.FileSize),
            Manifest = block.Text(LimitEvidence.ManifestSize),
            Path = block.Text(LimitEvidence.PathSize),
            PartialPath = block.Text(LimitEvidence.PathSize),
            Content = block.Take(LimitEvidence.ContentSize),
        };
        return evidence;
    }
}
