namespace CrashShield.Init.Tests.Protocol;

public class ExitStatusTests
{
    [Theory]
    [InlineData(0x0000, 0, "exited with code 0")]
    [InlineData(0x0300, 3, "exited with code 3")]
    [InlineData(0x000f, 143, "ended by SIGTERM")]
    [InlineData(0x008b, 139, "ended by SIGSEGV")]
    [InlineData(0x0086, 134, "ended by SIGABRT")]
    [InlineData(0x0009, 137, "ended by SIGKILL")]
    [InlineData(0x0022, 162, "ended by signal 34")]
    public void AStatusIsReadAsAShellDoes(int status, int code, string words)
    {
        var exit = ExitStatus.FromWait(status);

        Assert.Equal(code, exit.ShellCode);
        Assert.Equal(words, exit.ToString());
    }
}
