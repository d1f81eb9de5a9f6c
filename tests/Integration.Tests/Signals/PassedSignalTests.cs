using CrashShield.Integration.Tests.Init;
using CrashShield.Integration.Tests.Processes;

namespace CrashShield.Integration.Tests.Signals;

/// <summary>Signals to the init that are the worker's.</summary>
public class PassedSignalTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task TheWorkerObeysThemOnAThreadOfItsOwn()
    {
        await using var led = await LedSample.StartAsync([]);
        var own = await led.Process.WaitForEventAsync("SignalsOnOwnThread", Deadline);
        Assert.Equal("SIGUSR1, SIGUSR2", own["Signals"]);

        ProcessSignal.Send(led.InitId, UnixSignal.Usr1);
        await led.Process.WaitForEventAsync("DegradedBySignal", Deadline);
        ProcessSignal.Send(led.InitId, UnixSignal.Usr1);
        await led.Process.WaitForEventAsync("RestoredBySignal", Deadline);
    }

    /// <summary>systemctl kill sends to the init and to the worker.</summary>
    [Fact]
    public async Task OneThatComesBothWaysIsOneRequest()
    {
        await using var led = await LedSample.StartAsync([]);
        ProcessSignal.Send(led.WorkerId, UnixSignal.Usr1);
        ProcessSignal.Send(led.InitId, UnixSignal.Usr1);
        await led.Process.WaitForEventAsync("DegradedBySignal", Deadline);
        // Two that come the same way are two.
        await Task.Delay(TimeSpan.FromSeconds(1.1), TestContext.Current.CancellationToken);
        Assert.Empty(led.Process.Logged("RestoredBySignal"));
        ProcessSignal.Send(led.InitId, UnixSignal.Usr1);
        await led.Process.WaitForEventAsync("RestoredBySignal", Deadline);
    }

    [Fact]
    public async Task OneThatComesBeforeTheWorkerSpeaksIsObeyedThen()
    {
        var folder = Directory.CreateTempSubdirectory("crashshield-early-");
        await using (var init = ChildProcess.StartCommand(
            new Dictionary<string, string>(), [.. InitRun.Managed, "--", "dotnet", BuildPaths.Program("WebApi"), "--urls", "http://127.0.0.1:0", "--Orders:Database", $"{folder.FullName}/o.db"]))
        {
            await init.WaitForErrorLineAsync(line => line.EndsWith(" started", StringComparison.Ordinal), Deadline);
            init.Signal(UnixSignal.Usr1);
            await init.WaitForEventAsync("DegradedBySignal", Deadline);
            await init.WaitForErrorLineAsync(line => line.EndsWith(" serves", StringComparison.Ordinal), Deadline);
            init.Signal(UnixSignal.Int);
            Assert.Equal(0, await init.WaitForExitAsync(Deadline));
        }

        folder.Delete(recursive: true);
    }
}
