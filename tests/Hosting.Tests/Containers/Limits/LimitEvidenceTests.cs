using System.Security.Cryptography;
using System.Text.Json;

namespace CrashShield.Hosting.Tests.Containers.Limits;

public sealed class LimitEvidenceTests : IDisposable
{
    private readonly LimitRun _run = new(FakeKernel.Cgroup2());

    public LimitEvidenceTests()
    {
        _run.Kernel.Write(FakeKernel.V2 + "pids.current", "99\n");
        _run.Read(8);
        _run.Describe();
    }

    public void Dispose() => _run.Dispose();

    [Fact]
    public void ABundleIsSealedAsASnapshotIs()
    {
        Assert.True(_run.Save(Environment.ProcessId));

        var bundle = Assert.Single(_run.Bundles);
        Assert.Matches(@"crash-\d{8}T\d{6}Z-4711-pids$", bundle);
        var manifest = JsonDocument.Parse(File.ReadAllText(Path.Combine(bundle, "manifest.json"))).RootElement;
        Assert.Equal((1, "pids"), (manifest.GetProperty("schema").GetInt32(), manifest.GetProperty("reason").GetString()));
        Assert.EndsWith(": 99 tasks of 100", manifest.GetProperty("trigger").GetProperty("detail").GetString());
        Assert.Equal(Environment.ProcessId, manifest.GetProperty("processId").GetInt32());
        Assert.InRange(DateTimeOffset.UtcNow - manifest.GetProperty("writtenAt").GetDateTimeOffset(), TimeSpan.Zero, TimeSpan.FromMinutes(1));
        Assert.All(manifest.GetProperty("steps").EnumerateArray(), step => Assert.Equal("ok", step.GetProperty("status").GetString()));
        Assert.Equal(["cgroup.txt", "kernel-stacks.txt"], manifest.GetProperty("files").EnumerateArray().Select(file => file.GetProperty("name").GetString()!));
        Assert.All(manifest.GetProperty("files").EnumerateArray(), file =>
        {
            var bytes = File.ReadAllBytes(Path.Combine(bundle, file.GetProperty("name").GetString()!));
            Assert.Equal((bytes.Length, Convert.ToHexStringLower(SHA256.HashData(bytes))), (file.GetProperty("size").GetInt32(), file.GetProperty("sha256").GetString()));
        });
        Assert.Contains("pids.current <==\n99\n", File.ReadAllText(Path.Combine(bundle, "cgroup.txt")));
        Assert.Contains($"\n{Environment.ProcessId} (", File.ReadAllText(Path.Combine(bundle, "kernel-stacks.txt")));
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(bundle));
    }

    [Fact]
    public void AReadingAndABundleAllocateNothing()
    {
        _run.Allocated();

        Assert.Equal(0, _run.Allocated());
    }
}
