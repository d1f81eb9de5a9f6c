namespace WebApi.Drills;

/// <summary>Replaces live objects as fast as it can: young collections reclaim little, and full ones have to follow.</summary>
internal static class GcStorm
{
    private const int ObjectSize = 16 * 1024;
    private const int Batch = 1_000;

    public static void Begin(int mebibytes, TimeSpan time) => new Thread(() => Rage(Math.Max(1, (mebibytes << 20) / ObjectSize), time)) { IsBackground = true }.Start();

    private static void Rage(int count, TimeSpan time)
    {
        var live = new byte[count][];
        var start = TimeProvider.System.GetTimestamp();
        for (var i = 0; i % Batch > 0 || TimeProvider.System.GetElapsedTime(start) < time; i = (i + 1) % (count * Batch))
            live[i % count] = new byte[ObjectSize];
    }
}
