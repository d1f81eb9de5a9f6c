using System.Diagnostics;

namespace CrashShield.Integration.Tests.Processes;

public class ChildProcessTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task DisposingEndsAProcessThatStillRuns()
    {
        int id;
        await using (var process = StartWaiting())
        {
            await process.WaitForLineAsync(line => line == "ready", Deadline);
            id = process.Id;
            using var running = Process.GetProcessById(id);
            Assert.False(running.HasExited);
        }

        Assert.Throws<ArgumentException>(() => Process.GetProcessById(id));
    }

    [Fact]
    public async Task ALineThatHasComeAlreadyIsFound()
    {
        await using var process = StartWaiting();
        await process.WaitForLineAsync(line => line == "ready", Deadline);

        Assert.Equal("ready", await process.WaitForLineAsync(line => line == "ready", TimeSpan.FromMilliseconds(1)));
    }

    [Fact]
    public async Task ADeadlineTellsWhatWasPrinted()
    {
        await using var process = StartWaiting();
        await process.WaitForLineAsync(line => line == "ready", Deadline);

        var tooLate = TimeSpan.FromMilliseconds(1);
        Assert.Contains("ready", (await Assert.ThrowsAsync<TimeoutException>(() => process.WaitForLineAsync(_ => false, tooLate))).Message);
        Assert.Contains("ready", (await Assert.ThrowsAsync<TimeoutException>(() => process.WaitForExitAsync(tooLate))).Message);
    }

    [Fact]
    public async Task TheEndOfTheProcessEndsTheWaitForALine()
    {
        await using var process = ChildProcess.Start(BuildPaths.Program("CrashShield.CleanupProbe"), "using", "exit");
        var refused = await Assert.ThrowsAsync<TimeoutException>(() => process.WaitForLineAsync(line => line == "ready", Deadline));

        Assert.IsType<EndOfStreamException>(refused.InnerException);
    }

    private static ChildProcess StartWaiting() => ChildProcess.Start(BuildPaths.Program("CrashShield.CleanupProbe"), "using", "wait");
}
