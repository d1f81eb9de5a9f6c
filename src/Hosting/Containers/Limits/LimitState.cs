using System.Runtime.CompilerServices;

namespace CrashShield.Hosting.Containers.Limits;

/// <summary>All that a watch needs, in one block. The limits stand with the cgroup of this process first and those above it behind.</summary>
internal unsafe struct LimitState
{
    public const int DetailSize = 512;

    private const long Second = 1_000_000_000;

    // What may be no standstill is left to the process itself for longer: it can still save its own evidence and drain.
    private const long Longer = 10 * Second;

    public KernelCalls* Calls;
    public LimitReader* Reader;
    public LimitWords* Words;
    public TroubleWords* Troubles;
    public MemoryLimit* Memory;
    public TaskLimit* Tasks;
    public LimitEvidence* Evidence;
    public int MemoryCount;
    public int TaskCount;

    /// <summary>memory.oom_control of cgroup v1.</summary>
    public nint HoldFile;

    public StallLimit Stall;
    public LimitEpisode Episode;
    public RawText Detail;

    /// <summary>How long after the evidence a restart is due.</summary>
    public long Patience;

    private MemoryLimit* _worstMemory;
    private TaskLimit* _worstTasks;

    /// <summary>Reads the limits once and says what is due.</summary>
    [MethodImpl(RawCode.Final)]
    public LimitStep Follow(long now)
    {
        var trouble = Look(now);
        return Episode.Follow(now, trouble, Episode.Trouble >= LimitTrouble.Pressure ? Patience + Longer : Patience);
    }

    /// <summary>Puts what is in the way into <see cref="Detail"/>.</summary>
    [MethodImpl(RawCode.Final)]
    public void Describe(long now)
    {
        Detail.Clear();
        fixed (RawText* detail = &Detail)
            Troubles->Describe(Episode.Trouble, now - Episode.Since, _worstMemory, _worstTasks, detail);
    }

    /// <summary>Writes a bundle about it.</summary>
    /// <param name="processId">Whose threads are looked at.</param>
    /// <param name="name">The process of the bundle's name.</param>
    [MethodImpl(RawCode.Final)]
    public bool Save(long processId, long name)
    {
        fixed (RawText* detail = &Detail)
            return Evidence->Save(Troubles->Reason(Episode.Trouble), detail, processId, name);
    }

    /// <summary>Goes through all that is to work later, and writes nothing.</summary>
    [MethodImpl(RawCode.Final)]
    public void Rehearse(long processId)
    {
        var now = Calls->Now();
        for (var trouble = LimitTrouble.High; trouble <= LimitTrouble.Pids; trouble++)
        {
            Episode.Follow(now, trouble, 0);
            Describe(now);
        }

        Evidence->IsRehearsal = true;
        Save(processId, processId);
        Evidence->IsRehearsal = false;
        Evidence->Path.Clear();
        Episode.HasEvidence(now);
        Episode.BeginAnew(now);
        Episode.Begin();
        Follow(now);
    }

    [MethodImpl(RawCode.Final)]
    private LimitTrouble Look(long now)
    {
        var worst = LimitTrouble.None;
        var isNear = false;
        _worstMemory = Memory;
        _worstTasks = Tasks;
        for (var i = 0; i < MemoryCount; i++)
        {
            var own = i == 0 ? LimitReader.NoLimit : Memory[0].Current;
            var trouble = Memory[i].Look(Reader, Words, now, own);
            isNear |= Memory[i].IsNear && own >= Memory[i].Current / 2;
            if (trouble != LimitTrouble.None && (worst == LimitTrouble.None || trouble < worst))
            {
                worst = trouble;
                _worstMemory = Memory + i;
            }
        }

        if (worst == LimitTrouble.None && Reader->Fill(HoldFile) && Reader->Find(Words->UnderOom, Words->Nothing) > 0)
        {
            worst = LimitTrouble.Hold;
            Memory->ReadUsage(Reader);
        }

        // Away from every limit it is the machine that is short of memory, and a restart would need more of it.
        var pressure = Stall.Look(Reader, Words, now);
        if (worst == LimitTrouble.None && isNear)
            worst = pressure;

        for (var i = 0; i < TaskCount; i++)
        {
            var trouble = Tasks[i].Look(Reader, Words, now, i == 0 ? LimitReader.NoLimit : Tasks[0].Current);
            if (trouble == LimitTrouble.None || worst != LimitTrouble.None)
                continue;
            worst = trouble;
            _worstTasks = Tasks + i;
        }

        return worst;
    }
}
