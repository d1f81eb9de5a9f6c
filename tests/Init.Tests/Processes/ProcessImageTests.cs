using CrashShield.Init.Processes;

namespace CrashShield.Init.Tests.Processes;

public class ProcessImageTests
{
    [Fact]
    public void TheExecutableIsTheRunningBinaryByAWholePath()
    {
        var image = ProcessImage.Read([]);

        Assert.True(Path.IsPathFullyQualified(image.Executable));
        Assert.Equal(
            File.ResolveLinkTarget("/proc/self/exe", returnFinalTarget: true)!.FullName,
            File.ResolveLinkTarget(image.Executable, returnFinalTarget: true)?.FullName ?? image.Executable);
    }
}
