namespace CrashShield.Drills.Ordinary;

/// <summary>Little work on little of a machine.</summary>
internal static class SurroundingKinds
{
    private const double Quota = 0.5;
    private const double OfQuota = 0.3;
    private const double OfProcessor = 0.6;
    private const long CacheLimit = 512L << 20;
    private const int Neighbours = 4;

    public static IEnumerable<Kind> Of(Machine machine)
    {
        // 150 MiB in 5 s: six times 5 MiB a second.
        var fill = OrdinaryLoad.Open("/cache?kb=5120", 6) with { Seconds = 5 };
        yield return new("cache-warm-up", OrdinaryLoad.Open("/ok", 100), fill) { Layout = new() { MemoryBytes = CacheLimit } };
        yield return new("one-processor-blocking", OrdinaryLoad.Open("/block?ms=50", 100)) { Layout = Layout.Apart };
        yield return new("one-processor-busy", OrdinaryLoad.Open(machine.Work(Machine.WorkMs), machine.Capacity * OfProcessor)) { Layout = Layout.Apart, IsShare = true };
        yield return new("half-a-processor", OrdinaryLoad.Open(machine.Work(Machine.WorkMs), machine.Capacity * Quota * OfQuota), OrdinaryLoad.Open("/block?ms=20", 50))
        {
            Layout = new() { Quota = Quota },
            IsShare = true,
        };
        yield return new("neighbour", OrdinaryLoad.Open(machine.WorkAsync(1), 200)) { Layout = new() { Neighbours = Neighbours } };
    }
}
