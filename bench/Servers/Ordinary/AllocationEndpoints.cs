namespace CrashShield.Servers.Ordinary;

/// <summary>Memory that is garbage at once, and memory that is kept, as a cache keeps it.</summary>
internal static class AllocationEndpoints
{
    private const int Piece = 1 << 14;
    private const int Kibi = 1 << 10;

    private static readonly List<byte[]> Cache = [];

    public static void MapAllocations(this WebApplication app)
    {
        app.MapGet("/garbage", (int kb) =>
        {
            var sum = 0;
            for (var left = kb * Kibi; left > 0; left -= Piece)
                sum += New().Length;
            return $"{sum} bytes";
        });
        app.MapGet("/cache", (int kb) =>
        {
            lock (Cache)
            {
                for (var left = kb * Kibi; left > 0; left -= Piece)
                    Cache.Add(New());
                return $"{Cache.Count} pieces";
            }
        });
    }

    // Written, or the kernel would not give it any memory.
    private static byte[] New()
    {
        var piece = new byte[Piece];
        piece.AsSpan().Fill(1);
        return piece;
    }
}
