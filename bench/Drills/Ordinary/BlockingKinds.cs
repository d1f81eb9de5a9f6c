namespace CrashShield.Drills.Ordinary;

/// <summary>Work that keeps threads and needs no processor: the pool is short of threads, and nothing else is short of anything.</summary>
internal static class BlockingKinds
{
    public const string SomeBlock = "block-5-percent";
    public const string Clients16 = "block-16-clients";
    public const string Clients200 = "block-200-clients";
    public const string SyncOverAsync = "sync-over-async-400";

    public static IReadOnlyList<Kind> All { get; } =
    [
        new("block-5-ms", OrdinaryLoad.Open("/block?ms=5", 300)),
        new("block-50-ms", OrdinaryLoad.Open("/block?ms=50", 100)) { IsShort = true },
        new("block-500-ms", OrdinaryLoad.Open("/block?ms=500", 30)),
        new("block-1-percent", OrdinaryLoad.Open("/block-some?ms=200&percent=1", 300)),
        new(SomeBlock, OrdinaryLoad.Open("/block-some?ms=200&percent=5", 300)) { IsShort = true },
        new("block-50-percent", OrdinaryLoad.Open("/block-some?ms=200&percent=50", 300)),
        new(Clients16, OrdinaryLoad.Closed("/block?ms=50", 16)) { IsShort = true },
        new(Clients200, OrdinaryLoad.Closed("/block?ms=50", 200)),
        new("block-300-clients-500-ms", OrdinaryLoad.Closed("/block?ms=500", 300)),
        new("sync-over-async-100", OrdinaryLoad.Open("/sync-over-async?ms=25", 100)),
        new(SyncOverAsync, OrdinaryLoad.Open("/sync-over-async?ms=25", 400)) { IsShort = true },
        new("lock-convoy", OrdinaryLoad.Open("/convoy?ms=2", 200)),
        new("connection-pool", OrdinaryLoad.Open("/pooled?ms=50", 200)),
        new("ef-core-sqlite", OrdinaryLoad.Open("/orders", 600)) { Prepare = ["/orders/create", .. Kind.Times(200, "/orders")] },
        new("files", OrdinaryLoad.Open("/files", 200)),
        new("dns", OrdinaryLoad.Open("/dns", 200)),
    ];
}
