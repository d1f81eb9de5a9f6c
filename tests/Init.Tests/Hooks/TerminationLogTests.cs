using CrashShield.Init.Hooks;

namespace CrashShield.Init.Tests.Hooks;

public sealed class TerminationLogTests : IDisposable
{
    private readonly string _path = Path.GetTempFileName();

    public void Dispose() => File.Delete(_path);

    [Fact]
    public void TheReasonIsWritten()
    {
        TerminationLog.WriteTo(_path, "killed by the kernel: out of memory");
        Assert.Equal("killed by the kernel: out of memory", File.ReadAllText(_path));
    }

    [Fact]
    public void ItIsNoLongerThanKubeletReadsAndEndsWithAWholeCharacter()
    {
        TerminationLog.WriteTo(_path, "x" + new string('é', 4096));
        Assert.Equal("x" + new string('é', 2047), File.ReadAllText(_path));
    }

    [Fact]
    public void WhatTheApplicationHasWrittenStays()
    {
        File.WriteAllText(_path, "of the application");
        TerminationLog.WriteTo(_path, "x");
        Assert.Equal("of the application", File.ReadAllText(_path));
    }

    [Fact]
    public void AFileThatIsNotThereIsNotMade()
    {
        File.Delete(_path);
        TerminationLog.WriteTo(_path, "x");
        Assert.False(File.Exists(_path));
    }
}
