namespace CrashShield.Drills.Ordinary;

/// <summary>Clients on slow lines, beside others that use the processor: the measure is what becomes of the others.</summary>
internal static class TransferKinds
{
    public const string Alone = "busy-90-percent";
    public const string SlowUploads = "slow-uploads";

    private const double Busy = 0.9;

    // The downloads themselves need some of the processor.
    private const double BusyBesideDownloads = 0.7;
    private const double UploadsPerSecond = 100;
    private const double SecondByteAfter = 3;
    private const int Readers = 60;
    private const double ReaderBytesPerSecond = 300_000;

    public static IEnumerable<Kind> Of(Machine machine)
    {
        var honest = OrdinaryLoad.Open(machine.Work(Machine.WorkMs), machine.Capacity * Busy);
        var uploads = OrdinaryLoad.Open("/upload", UploadsPerSecond, takes: SecondByteAfter) with { SecondByteAfter = SecondByteAfter, IsBeside = true };
        // What the uploads move is only known beside a run without them.
        yield return new(Alone, honest) { Layout = Layout.Apart, IsShare = true };
        yield return new(SlowUploads, honest, uploads) { Layout = Layout.Apart, IsShare = true };
        yield return new("slow-downloads", OrdinaryLoad.Open(machine.Work(Machine.WorkMs), machine.Capacity * BusyBesideDownloads))
        {
            Layout = Layout.Apart,
            IsShare = true,
            Clients = static (server, over) => SlowReaders.ReadAsync(server, "/download?kb=2048", Readers, ReaderBytesPerSecond, over),
        };
    }
}
