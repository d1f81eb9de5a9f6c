using System.Runtime.CompilerServices;

namespace CrashShield.Hosting.Containers.Limits;

/// <summary>The memory of one cgroup on the way up: whether its limits hold up the tasks in it.</summary>
internal unsafe struct MemoryLimit
{
    private const long Second = 1_000_000_000;
    private const long Millisecond = 1_000_000;

    // calculate_high_delay of mm/memcontrol.c: 64 s times the square of the share that is exceeded, for each 32 pages, 2 s at most; what is not above 10 ms is left out.
    private const long DelayOfWhole = 64_000;
    private const long LongestDelay = 2000;
    private const long ShortestDelay = 10;

    // A sleep begins or ends with each count, and the reclaim before it takes a while too.
    private const long Slack = Second;

    // Reclaim at the limit takes 32 pages at a time.
    private const long AtMax = 97;
    private const long LeastCache = 5;

    // What can be taken back without harm: any service that reads files fills its cgroup with it.
    private const long Cache = 15;
    private const long Near = 90;
    private const long Whole = 100;

    public nint CurrentFile;
    public nint HighFile;
    public nint MaxFile;
    public nint EventsFile;
    public nint StatFile;

    /// <summary>As they were read last.</summary>
    public long Current;
    public long High;
    public long Max;
    public long PageCache;

    private long _highCount;
    private long _maxCount;
    private long _refaults;
    private long _sleptUntil;

    /// <summary>Whether a limit of it is nearly reached.</summary>
    public readonly bool IsNear
    {
        [MethodImpl(RawCode.Final)]
        get => Current >= 0 && (IsAt(High, Near) || IsAt(Max, Near));
    }

    public void Begin() => (_highCount, _maxCount, _refaults) = (LimitReader.Missing, LimitReader.Missing, LimitReader.Missing);

    /// <summary>Reads it once.</summary>
    /// <param name="reader">Reads.</param>
    /// <param name="words">Names.</param>
    /// <param name="now">When.</param>
    /// <param name="own">What the cgroup of this process uses: where it is less than half, others are in the way, and stay.</param>
    [MethodImpl(RawCode.Final)]
    public LimitTrouble Look(LimitReader* reader, LimitWords* words, long now, long own)
    {
        ReadUsage(reader);
        if (Current < 0 || !reader->Fill(EventsFile))
            return LimitTrouble.None;

        var high = Since(ref _highCount, reader->Find(words->High, words->Nothing));
        var max = Since(ref _maxCount, reader->Find(words->Max, words->Nothing));
        FollowSleep(now, high);
        if (own < Current / 2)
            return LimitTrouble.None;
        if (now < _sleptUntil + Slack && _sleptUntil > 0 && HasCacheBelow(reader, words, Current * Cache / Whole))
            return LimitTrouble.High;
        return max > 0 && IsAt(Max, AtMax) && HasCacheBelow(reader, words, Max / Whole * LeastCache) && Since(ref _refaults, reader->Find(words->Refaults, words->Nothing)) > 0
            ? LimitTrouble.Max
            : LimitTrouble.None;
    }

    [MethodImpl(RawCode.Final)]
    public void ReadUsage(LimitReader* reader) => (Current, High, Max) = (reader->Value(CurrentFile), reader->Value(HighFile), reader->Value(MaxFile));

    // How long the kernel has those sleep that it has counted.
    [MethodImpl(RawCode.Final)]
    private void FollowSleep(long now, long counted)
    {
        if (counted <= 0 || High <= 0 || Current <= High)
            return;

        var permille = (Current - High) * 1000 / High;
        var delay = permille > 1000 ? LongestDelay : permille * permille * DelayOfWhole / 1_000_000;
        if (delay <= ShortestDelay)
            return;

        var begin = _sleptUntil > now ? _sleptUntil : now;
        var end = begin + (delay > LongestDelay ? LongestDelay : delay) * (counted > 100 ? 100 : counted) * Millisecond;
        _sleptUntil = end > now + LongestDelay * Millisecond ? now + LongestDelay * Millisecond : end;
    }

    [MethodImpl(RawCode.Final)]
    private bool HasCacheBelow(LimitReader* reader, LimitWords* words, long most)
    {
        PageCache = reader->Fill(StatFile)
            ? Positive(reader->Find(words->ActiveFile, words->Nothing)) + Positive(reader->Find(words->InactiveFile, words->Nothing))
            : 0;
        return PageCache <= most;
    }

    [MethodImpl(RawCode.Final)]
    private readonly bool IsAt(long limit, long percent) => limit > 0 && limit != LimitReader.NoLimit && Current >= limit / Whole * percent;

    [MethodImpl(RawCode.Final)]
    private static long Positive(long number) => number > 0 ? number : 0;

    // What was counted before the first reading is none of this process's.
    [MethodImpl(RawCode.Final)]
    private static long Since(ref long before, long now)
    {
        var change = before >= 0 && now > before ? now - before : 0;
        before = now;
        return change;
    }
}
