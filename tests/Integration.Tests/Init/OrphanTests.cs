using CrashShield.Integration.Tests.Processes;

namespace CrashShield.Integration.Tests.Init;

public class OrphanTests
{
    [Fact]
    public async Task WithoutBeingPid1ItReapsTheOrphansOfItsWorkerToo()
    {
        // The orphan's parent is the init, the parent of this shell; it ends, and its number is free again.
        const string Script = """
            orphan=$(sh -c 'sleep 0.2 >/dev/null & echo $!')
            [ "$(awk '/^PPid/ { print $2 }' /proc/$orphan/status)" = "$PPID" ] && echo adopted
            while [ -e /proc/$orphan ]; do sleep 0.05; done
            echo reaped
            """;
        await using var init = ChildProcess.Start(BuildPaths.Program("crashshield-init"), "--", "sh", "-c", Script);

        await init.WaitForLineAsync(line => line == "adopted", InitRun.Deadline);
        await init.WaitForLineAsync(line => line == "reaped", InitRun.Deadline);
        Assert.Equal(0, await init.WaitForExitAsync(InitRun.Deadline));
    }
}
