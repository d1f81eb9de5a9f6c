using CrashShield.Hosting.Snapshots;

namespace CrashShield.Hosting.Tests.Snapshots;

public sealed class SnapshotRetentionTests : IDisposable
{
    private const long Gibi = 1024 * 1024 * 1024;
    private static readonly DateTimeOffset Now = new(2026, 1, 8, 0, 0, 0, TimeSpan.Zero);

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("crashshield-");

    [Fact]
    public void NewestStaysHoweverLargeItIs()
    {
        Bundle("20260101T000000Z-1-memory", gibibytes: 0, TimeSpan.FromDays(6));
        Bundle("20260107T000000Z-1-sigusr1", gibibytes: 3, TimeSpan.FromDays(1));

        SnapshotRetention.Apply(_directory.FullName, Now);
        Assert.Equal(["crash-20260107T000000Z-1-sigusr1"], _directory.GetDirectories().Select(bundle => bundle.Name));
    }

    [Fact]
    public void OldOnesGoAndStrangersStay()
    {
        Bundle("20251201T000000Z-1-memory", gibibytes: 0, TimeSpan.FromDays(8));
        Bundle("of-somebody-else", gibibytes: 0, TimeSpan.FromDays(8));

        SnapshotRetention.Apply(_directory.FullName, Now);
        Assert.Equal(["crash-of-somebody-else"], _directory.GetDirectories().Select(bundle => bundle.Name));
    }

    public void Dispose() => _directory.Delete(recursive: true);

    // Sparse: it takes no room.
    private void Bundle(string name, long gibibytes, TimeSpan age)
    {
        var bundle = _directory.CreateSubdirectory($"crash-{name}");
        using (var file = File.Create(Path.Combine(bundle.FullName, "flight.bin")))
            file.SetLength(gibibytes * Gibi);
        bundle.LastWriteTimeUtc = (Now - age).UtcDateTime;
    }
}
