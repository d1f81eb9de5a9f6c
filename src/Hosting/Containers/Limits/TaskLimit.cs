using System.Runtime.CompilerServices;

namespace CrashShield.Hosting.Containers.Limits;

/// <summary>How many tasks one cgroup on the way up may have.</summary>
internal unsafe struct TaskLimit
{
    private const long Near = 95;
    private const long Whole = 100;
    private const long Fresh = 5_000_000_000;

    public nint CurrentFile;
    public nint MaxFile;
    public nint EventsFile;

    /// <summary>As they were read last.</summary>
    public long Current;
    public long Max;

    private long _count;
    private long _refusedAt;

    public void Begin() => (_count, _refusedAt) = (LimitReader.Missing, LimitReader.Missing);

    /// <summary>Reads it once.</summary>
    /// <param name="reader">Reads.</param>
    /// <param name="words">Names.</param>
    /// <param name="now">When.</param>
    /// <param name="own">How many tasks the cgroup of this process has: where it is less than half, others are in the way, and stay.</param>
    [MethodImpl(RawCode.Final)]
    public LimitTrouble Look(LimitReader* reader, LimitWords* words, long now, long own)
    {
        (Current, Max) = (reader->Value(CurrentFile), reader->Value(MaxFile));
        if (Current < 0 || Max <= 0 || Max == LimitReader.NoLimit)
            return LimitTrouble.None;

        var count = reader->Fill(EventsFile) ? reader->Find(words->Max, words->Nothing) : LimitReader.Missing;
        if (_count >= 0 && count > _count)
            _refusedAt = now;
        _count = count;
        return own >= Current / 2 && (Current * Whole >= Max * Near || (_refusedAt >= 0 && now - _refusedAt < Fresh)) ? LimitTrouble.Pids : LimitTrouble.None;
    }
}
