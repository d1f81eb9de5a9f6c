using System.Runtime.CompilerServices;

namespace CrashShield.Hosting.Containers.Limits;

/// <summary>The share of time in which some task of the cgroup waits for memory, from the change of <c>total</c> in <c>memory.pressure</c>.</summary>
internal unsafe struct StallLimit
{
    private const long Window = 2_000_000_000;
    private const long Microsecond = 1000;
    private const long Hard = 95;
    private const long Whole = 100;

    public nint File;

    private long _total;
    private long _at;
    private bool _isHard;

    public void Begin() => _total = LimitReader.Missing;

    [MethodImpl(RawCode.Final)]
    public LimitTrouble Look(LimitReader* reader, LimitWords* words, long now)
    {
        if (!reader->Fill(File))
            return LimitTrouble.None;

        var total = reader->Find(words->Some, words->Total);
        if (_total < 0)
            (_total, _at) = (total, now);
        if (now - _at >= Window)
        {
            _isHard = (total - _total) * Microsecond >= (now - _at) / Whole * Hard;
            (_total, _at) = (total, now);
        }

        return _isHard ? LimitTrouble.Pressure : LimitTrouble.None;
    }
}
