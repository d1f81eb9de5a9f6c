using CrashShield.Hosting.Signals;

namespace CrashShield.Hosting.Tests.Signals;

public class SignalNameTests
{
    [Theory]
    [InlineData("SIGUSR1", 10)]
    [InlineData("usr2", 12)]
    [InlineData("SigQuit", 3)]
    [InlineData("HUP", 1)]
    [InlineData("12", 12)]
    [InlineData("64", 64)]
    [InlineData("None", 0)]
    public void WhatMayBeTakenIsRead(string text, int number)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The numbers are Linux's.");
        Assert.True(SignalName.TryParse(text, out var read));
        Assert.Equal(number, read);
    }

    [Theory]
    [InlineData("SIG")]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("34")]
    [InlineData("15")]
    [InlineData("SIGSIGUSR1")]
    public void OthersAreNot(string text) => Assert.False(SignalName.TryParse(text, out _));

    [Fact]
    public void SignalsSwitchedOffAreNone() => Assert.Empty(SignalMap.Of(new() { Enabled = false }));

    [Fact]
    public void NoneIsLeftOut() => Assert.Equal([SignalAction.Degrade, SignalAction.Snapshot], SignalMap.Of(new() { Restart = "none" }).Select(signal => signal.Action));
}
