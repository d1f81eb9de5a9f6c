using CrashShield.Integration.Tests.Init;
using CrashShield.Integration.Tests.Processes;
using CrashShield.Integration.Tests.Sample;

namespace CrashShield.Integration.Tests.Signals;

/// <summary>What the application's own children inherit.</summary>
public class ChildMaskTests
{
    [Fact]
    public async Task ChildProcessStartResetsTheMaskAndProcessStartDoesNot()
    {
        await using var sample = await SampleProcess.StartBlockingAsync("USR1,USR2");

        var plain = await sample.Client.GetStringAsync("/drill/child?plain=true", TestContext.Current.CancellationToken);
        var reset = await sample.Client.GetStringAsync("/drill/child", TestContext.Current.CancellationToken);
        var after = await sample.Client.GetStringAsync("/drill/child?plain=true", TestContext.Current.CancellationToken);

        foreach (var signal in new[] { UnixSignal.Usr1, UnixSignal.Usr2 })
        {
            Assert.True(ProcessStatus.Has(plain, ProcessStatus.Blocked, signal));
            Assert.False(ProcessStatus.Has(reset, ProcessStatus.Blocked, signal));
            Assert.True(ProcessStatus.Has(after, ProcessStatus.Blocked, signal));
        }
    }

    [Fact]
    public async Task UnderTheInitNoChildInheritsABlockedSignal()
    {
        await using var led = await LedSample.StartAsync([]);
        var plain = await led.Client.GetStringAsync("/drill/child?plain=true", TestContext.Current.CancellationToken);

        Assert.Equal("SigBlk:\t0000000000000000", plain.Trim());
    }

    [Fact]
    public async Task NoSignalIsLostWhileChildrenAreStarted()
    {
        const int Signals = 50;
        await using var sample = await SampleProcess.StartBlockingAsync("USR1,USR2");
        using var stop = new CancellationTokenSource();
        var children = Task.WhenAll(Enumerable.Range(0, 4).Select(async _ =>
        {
            while (!stop.IsCancellationRequested)
                await sample.Client.GetStringAsync("/drill/child", TestContext.Current.CancellationToken);
        }));

        for (var i = 1; i <= Signals; i++)
        {
            sample.Process.Signal(UnixSignal.Usr1);
            await Poll.UntilAsync(
                () => sample.Process.Log.Count(entry => entry.Is("DegradedBySignal") || entry.Is("RestoredBySignal")) == i, $"signal {i} is obeyed");
        }

        await stop.CancelAsync();
        await children;
    }
}
