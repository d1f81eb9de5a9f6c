using CrashShield.Integration.Tests.Processes;

namespace CrashShield.Integration.Tests.Supervision;

/// <summary>A process that is told to stop while a task runs whose end the stop is to wait for.</summary>
public class AwaitedTaskTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task TaskReachesItsEndAndTheShutdownStepsComeAfterIt()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The signals are Linux's.");
        await using var probe = await StartAsync("task");
        probe.Signal(UnixSignal.Term);

        Assert.Equal(0, await probe.WaitForExitAsync(Deadline));
        Assert.Equal(["ready", "task ended", "chain", "using", "ProcessExit"], probe.Output);
    }

    [Fact]
    public async Task SecondSignalEndsTheWait()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The signals are Linux's.");
        await using var probe = await StartAsync("endless-task");
        var start = TimeProvider.System.GetTimestamp();
        // Of two that come at once the kernel makes one; so it goes on asking, as an operator does.
        var exit = probe.WaitForExitAsync(Deadline);
        while (!exit.IsCompleted)
        {
            probe.Signal(UnixSignal.Term);
            await Task.WhenAny(exit, Task.Delay(TimeSpan.FromMilliseconds(500), TestContext.Current.CancellationToken));
        }

        Assert.Equal(0, await exit);
        Assert.Equal(["ready", "task cancelled", "chain", "using", "ProcessExit"], probe.Output);
        // Without a second signal it would have been 25 s.
        Assert.InRange(TimeProvider.System.GetElapsedTime(start), TimeSpan.Zero, TimeSpan.FromSeconds(15));
    }

    private static async Task<ChildProcess> StartAsync(string ending)
    {
        var probe = ChildProcess.Start(BuildPaths.Program("CrashShield.CleanupProbe"), "using", ending);
        await probe.WaitForLineAsync(line => line == "ready", Deadline);
        return probe;
    }
}
