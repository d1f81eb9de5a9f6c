using System.Text.Json;
using CrashShield.Integration.Tests.Processes;

namespace CrashShield.Integration.Tests.Containers;

/// <summary>A real process whose container is in trouble, by a tree of files: evidence, drain, a status of its own.</summary>
public sealed class ContainerReactionTests : IDisposable
{
    private const int Status = 79;
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private readonly DirectoryInfo _snapshots = Directory.CreateTempSubdirectory("crashshield-evidence-");

    private IEnumerable<DirectoryInfo> Bundles => _snapshots.EnumerateDirectories("crash-*");

    public void Dispose() => _snapshots.Delete(recursive: true);

    [Fact]
    public async Task SavesTheEvidenceEndsARequestAndExitsWithItsOwnStatus()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The files are Linux's.");
        using var cgroup = new FakeCgroup();
        using var over = new CancellationTokenSource();
        await using var probe = Start(cgroup);
        using var client = await ClientAsync(probe);
        var request = client.GetStringAsync("/until-stopping", TestContext.Current.CancellationToken);
        await probe.WaitForLineAsync(line => line == "in flight", Deadline);

        var trouble = cgroup.ExceedHighAsync(over.Token);
        await probe.WaitForEventAsync("SnapshotWritten", Deadline, IsForMemoryHigh);
        Assert.False(request.IsCompleted);
        var status = await probe.WaitForExitAsync(Deadline);
        await over.CancelAsync();
        await trouble;

        Assert.Equal((Status, "done"), (status, await request));
        var bundle = Bundles.Single(bundle => bundle.Name.EndsWith("-memory-high", StringComparison.Ordinal)).FullName;
        var manifest = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(bundle, "manifest.json"))).RootElement;
        Assert.All(manifest.GetProperty("steps").EnumerateArray(), step => Assert.Equal("ok", step.GetProperty("status").GetString()));
        Assert.Contains("memory.high <==\n104857600\n", await File.ReadAllTextAsync(Path.Combine(bundle, "cgroup.txt")), StringComparison.Ordinal);
        Assert.Contains("\n1 ", await File.ReadAllTextAsync(Path.Combine(bundle, "processes.txt")), StringComparison.Ordinal);
        Assert.Contains("shield schedule", await File.ReadAllTextAsync(Path.Combine(bundle, "kernel-stacks.txt")), StringComparison.Ordinal);
        // The evidence came first.
        var log = probe.Log.ToList();
        Assert.InRange(
            log.FindIndex(entry => entry.Is("SnapshotWritten") && IsForMemoryHigh(entry)), 0, log.FindIndex(entry => entry.Is("DrainBegan")));
    }

    [Fact]
    public async Task TheFourthProcessInTenMinutesStaysAndSaysWhy()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The files are Linux's.");
        using var cgroup = new FakeCgroup();
        using var over = new CancellationTokenSource();
        var trouble = cgroup.StallAsync(over.Token);
        for (var restart = 1; restart <= 3; restart++)
        {
            await using var probe = Start(cgroup);
            Assert.Equal(Status, await probe.WaitForExitAsync(Deadline));
            var told = Assert.Single(probe.Logged("ContainerRestarts"));
            Assert.Equal(($"{Status}", $"{restart}", "3"), (told["Status"], told["Taken"], told["Budget"]));
        }

        await using var last = Start(cgroup);
        using var client = await ClientAsync(last);
        await last.WaitForEventAsync("ContainerBudgetUsed", Deadline, used => used["Taken"] == "3");
        await Poll.UntilAsync(async () => await client.GetStringAsync("/healthz", TestContext.Current.CancellationToken) == "Open", "it says that it is in trouble");
        await over.CancelAsync();
        await trouble;

        Assert.Equal(3, File.ReadLines(Path.Combine(_snapshots.FullName, "restarts-CrashShield.ContainerProbe.txt")).Count());
        last.Signal(UnixSignal.Term);
        Assert.Equal(0, await last.WaitForExitAsync(Deadline));
    }

    private ChildProcess Start(FakeCgroup cgroup) => ChildProcess.Start(
        BuildPaths.Program("CrashShield.ContainerProbe"),
        cgroup.Root, "--urls", "http://127.0.0.1:0", "--CrashShield:Snapshots:Directory", _snapshots.FullName, "--CrashShield:Containers:RestartAfter", "00:00:01",
        "--CrashShield:Drain:Delay", "00:00:00", "--CrashShield:Drain:LameDuck", "00:00:00");

    private static bool IsForMemoryHigh(LogEntry written) => written["Reason"] == "memory-high";

    private static async Task<HttpClient> ClientAsync(ChildProcess probe) => new() { BaseAddress = await probe.WaitForAddressAsync(Deadline) };
}
