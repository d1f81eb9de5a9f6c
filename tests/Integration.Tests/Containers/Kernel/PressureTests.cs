using System.Runtime.Versioning;

namespace CrashShield.Integration.Tests.Containers.Kernel;

[SupportedOSPlatform("linux")]
public sealed class PressureTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("crashshield-cloud-kernel-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact(Explicit = true)]
    public async Task AWorkerThatWaitsForMemoryNearlyAllTheTimeLeavesEvidenceAndIsReplaced()
    {
        var run = await new CloudKernel(_folder).RunAsync("pressure.sh");
        run.Tell("pressure");

        Assert.EndsWith("-memory-pressure", run["pressure", "bundle"]);
        Assert.InRange(run.Seconds("pressure", "evidence"), 0, 10);
        Assert.InRange(run.Seconds("pressure", "restarted"), 0, 45);
        Assert.EndsWith("[killed-at-limit, code 137]", run["pressure", "death"]);
    }
}
