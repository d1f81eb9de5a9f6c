using System.Text.Json;
using CrashShield.Integration.Tests.Sample;

namespace CrashShield.Integration.Tests.Pressure;

/// <summary>A real heap of 256 MiB fills up: the circuit opens, one snapshot is saved, and all is well again by itself.</summary>
public sealed class GcStormTests : IDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);
    private readonly DirectoryInfo _snapshots = Directory.CreateTempSubdirectory("crashshield-snapshots-");

    public void Dispose() => _snapshots.Delete(recursive: true);

    [Fact]
    public async Task FullHeapTripsTheCircuitOnceAndRecovers()
    {
        await using var sample = await SampleProcess.StartAsync(
            // Not in the background, where the collector under a hard limit may give up before it has collected.
            new Dictionary<string, string> { ["DOTNET_GCHeapHardLimit"] = "0x10000000", ["DOTNET_gcConcurrent"] = "0" },
            "--CrashShield:Snapshots:Directory", _snapshots.FullName, "--CrashShield:Memory:HeapFor", "00:00:01", "--CrashShield:Memory:HeapInterval", "00:00:00.2",
            "--CrashShield:Memory:HeapDegradeAt", "0.45", "--CrashShield:Memory:HeapRecoverAt", "0.3",
            "--CrashShield:Circuit:RecoverAfter", "00:00:01");

        await sample.Client.GetStringAsync("/drill/gc-storm?mb=130&seconds=6", TestContext.Current.CancellationToken);

        await sample.Process.WaitForEventAsync("SnapshotWritten", Deadline, written => written["Reason"] == "memory");
        var bundle = Assert.Single(_snapshots.GetDirectories());
        Assert.Matches($"^crash-[0-9]{{8}}T[0-9]{{6}}Z-[0-9]+-memory$", bundle.Name);
        using var manifest = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(bundle.FullName, "manifest.json"), TestContext.Current.CancellationToken));
        Assert.Contains("heap", manifest.RootElement.GetProperty("trigger").GetProperty("detail").GetString()!, StringComparison.Ordinal);
        using var gc = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(bundle.FullName, "gc.json"), TestContext.Current.CancellationToken));
        Assert.InRange(gc.RootElement.GetProperty("usedBytes").GetInt64(), 100 << 20, 256 << 20);

        using var deadline = new CancellationTokenSource(Deadline);
        while (await sample.Client.GetStringAsync("/healthz", deadline.Token) != "Closed")
        {
            // It collects, which an idle process would not do for a while.
            await sample.Client.GetStringAsync("/drill/unobserved", deadline.Token);
            await Task.Delay(200, deadline.Token);
        }

        await sample.WaitForMetricAsync("""crashshield_snapshots_total{outcome="written",reason="memory"}""", 1);
        Assert.Equal(0, await sample.StopAsync());
    }
}
