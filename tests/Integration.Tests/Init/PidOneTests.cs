using System.Globalization;
using CrashShield.Integration.Tests.Processes;

namespace CrashShield.Integration.Tests.Init;

/// <summary>crashshield-init as PID 1 of a PID namespace, as in a container.</summary>
public class PidOneTests
{
    [Theory]
    [InlineData("exit 3", 3)]
    [InlineData("kill -TERM $$", 143)]
    [InlineData("kill -SEGV $$", 139)]
    [InlineData("kill -ABRT $$", 134)]
    public async Task TheExitCodeIsTheCommands(string script, int code)
    {
        await using var init = Start("sh", "-c", script);
        Assert.Equal(code, await init.WaitForExitAsync(InitRun.Deadline));
    }

    [Fact]
    public async Task TermReachesTheCommand()
    {
        await using var init = Start("sh", "-c", "trap 'exit 7' TERM; echo ready; while :; do sleep 0.05; done");
        await init.WaitForLineAsync(line => line == "ready", InitRun.Deadline);
        ProcessSignal.Send(OnlyChildOf(init.Id), UnixSignal.Term);

        Assert.Equal(7, await init.WaitForExitAsync(InitRun.Deadline));
    }

    [Fact]
    public async Task AThousandOrphansLeaveNoZombie()
    {
        // Each inner shell ends at once and leaves its child to PID 1. What is left at the end is counted when no orphan lives any more.
        const string Script = """
            i=0
            while [ $i -lt 1000 ]; do sh -c 'sh -c "exit 0" & exit 0'; i=$((i + 1)); done
            n=0
            while [ "$(ls -d /proc/[0-9]* | wc -l)" -gt 4 ] && [ $n -lt 200 ]; do sleep 0.05; n=$((n + 1)); done
            echo "zombies $(grep -l '^State:.Z' /proc/[0-9]*/status 2>/dev/null | wc -l)"
            """;
        await using var init = Start("sh", "-c", Script);

        Assert.Equal("zombies 0", await init.WaitForLineAsync(line => line.StartsWith("zombies", StringComparison.Ordinal), InitRun.Deadline));
        Assert.Equal(0, await init.WaitForExitAsync(InitRun.Deadline));
    }

    private static ChildProcess Start(params string[] command)
    {
        Assert.SkipUnless(Environment.UserName == "root", "a PID namespace needs root");
        SystemPackage.Require("util-linux", "unshare");
        return ChildProcess.StartCommand(
            new Dictionary<string, string>(),
            ["unshare", "--pid", "--fork", "--kill-child", "--mount-proc", .. InitRun.Managed, "--restarts", "0/60s", "--", .. command]);
    }

    private static int OnlyChildOf(int processId) => int.Parse(
        File.ReadAllText($"/proc/{processId}/task/{processId}/children").Trim(), CultureInfo.InvariantCulture);
}
