using System.Runtime.InteropServices;

namespace WebApi.Drills;

/// <summary>Native memory that is in use for a while, as of a library that leaks: the collector neither sees nor bounds it.</summary>
internal static class HeldMemory
{
    // Linux gives a page only when it is written to.
    private const int PageSize = 4096;

    public static void Hold(int mebibytes, TimeSpan time)
    {
        var size = mebibytes << 20;
        var memory = Marshal.AllocHGlobal(size);
        for (var offset = 0; offset < size; offset += PageSize)
            Marshal.WriteByte(memory, offset, 1);

        // A timer that is its own state is kept until it is due.
        new Timer(timer =>
        {
            Marshal.FreeHGlobal(memory);
            ((Timer)timer!).Dispose();
        }).Change(time, Timeout.InfiniteTimeSpan);
    }
}
