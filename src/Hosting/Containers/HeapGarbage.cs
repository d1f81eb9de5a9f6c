using CrashShield.Hosting.Memory;

namespace CrashShield.Hosting.Containers;

/// <summary>
/// How much of the memory in use belongs to the managed heap and holds nothing that has outlived a collection: what was allocated since the last one, and what that one has freed and the heap keeps.
/// A generation-0 budget fills it and empties it without end, and none of it is growth.
/// </summary>
internal sealed class HeapGarbage(IGarbageCollector gc)
{
    private int _collections = -1;
    private long _inUse;
    private long _heap;
    private long _live;

    /// <summary>Takes a reading. Allocates nothing without a collection since the last one.</summary>
    /// <param name="inUse">The memory that the process has in use.</param>
    public long Bytes(long inUse)
    {
        var used = gc.Used;
        // What the heap has had in use it has, until it gives it back to the kernel, which is seen there.
        _heap = Math.Max(used, _heap - Math.Max(0, _inUse - inUse));
        _inUse = inUse;
        var collections = gc.Count(0);
        if (collections != _collections)
        {
            _collections = collections;
            // Before the first collection nothing is known to be live but what was there at the start.
            _live = collections == 0 ? used : gc.Last(GCKind.Any).Left;
        }

        return Math.Max(0, _heap - _live);
    }
}
