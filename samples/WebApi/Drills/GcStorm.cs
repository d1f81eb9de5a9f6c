namespace WebApi.Drills;

/// <summary>Replaces live objects, half a gigabyte a second: young collections reclaim little, and full ones have to follow.</summary>
internal static class GcStorm
{
    private const int ObjectSize = 16 * 1024;
    private const int EachMillisecond = 32;

    public static void Begin(int mebibytes, TimeSpan time) => new Thread(() => Rage(Math.Max(1, (mebibytes << 20) / ObjectSize), time)) { IsBackground = true }.Start();

    private static void Rage(int count, TimeSpan time)
    {
        var live = new byte[count][];
        var start = TimeProvider.System.GetTimestamp();
        for (var i = 0L; TimeProvider.System.GetElapsedTime(start) < time; i++)
        {
            live[i % count] = new byte[ObjectSize];
            if (i % EachMillisecond == 0)
                Thread.Sleep(1);
        }
    }
}
