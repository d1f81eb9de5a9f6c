using System.Runtime.InteropServices;

namespace CrashShield.Middleware.Admission;

/// <summary>How many requests have come, were refused and have ended. Counted up only, so that rates and what is in flight come from the same numbers.</summary>
[StructLayout(LayoutKind.Explicit, Size = 5 * CacheLine)]
internal struct RequestCounts
{
    // Each on a line of its own: threads that begin and threads that end requests write to different ones.
    private const int CacheLine = 64;

    [FieldOffset(CacheLine)]
    private long _entered;

    [FieldOffset(2 * CacheLine)]
    private long _left;

    [FieldOffset(3 * CacheLine)]
    private long _refused;

    [FieldOffset(4 * CacheLine)]
    private long _shed;

    public readonly long Entered => Volatile.Read(in _entered);

    /// <summary>Those that were served.</summary>
    public readonly long Served => Volatile.Read(in _left);

    public readonly long Refused => Volatile.Read(in _refused);

    /// <summary>Those of them that were refused for the load, and not for the circuit.</summary>
    public readonly long Shed => Volatile.Read(in _shed);

    // What is read first can only have become more: never below what is true.
    public readonly int InFlight
    {
        get
        {
            var gone = Volatile.Read(in _left) + Volatile.Read(in _refused);
            return (int)(Volatile.Read(in _entered) - gone);
        }
    }

    /// <summary>One more.</summary>
    /// <returns>How many are in flight with it.</returns>
    public int Enter()
    {
        var gone = Volatile.Read(ref _left) + Volatile.Read(ref _refused);
        return (int)(Interlocked.Increment(ref _entered) - gone);
    }

    public void Leave() => Interlocked.Increment(ref _left);

    public void Refuse() => Interlocked.Increment(ref _refused);

    public void RefuseForLoad()
    {
        Interlocked.Increment(ref _shed);
        Refuse();
    }
}
