using System.Diagnostics;
using CrashShield.Integration.Tests.Processes;

namespace CrashShield.Integration.Tests.Init;

/// <summary>Workers without a socket, whose open gate says nothing: when the next one is started goes by how long the one before was up.</summary>
public class BackoffTests
{
    [Fact]
    public async Task OneThatDiesSoonAfterItsStartWaitsLongerEachTimeAndThenTheInitEnds()
    {
        await using var init = await InitRun.StartAsync("--restarts", "4/60s");
        init.SetModes("no-sockets lives-ms=100 die-with=7");
        ProcessSignal.Send(await init.WorkerIdAsync(), UnixSignal.Kill);
        var waits = new List<double>();
        for (var generation = 2; generation <= 4; generation++)
        {
            await init.LogAsync($"(generation {generation}, version 1.0.0): exited with code 7");
            var clock = Stopwatch.StartNew();
            await init.LogAsync($"(generation {generation + 1}) started");
            waits.Add(clock.Elapsed.TotalSeconds);
        }

        Assert.Equal(7, await init.WaitForExitAsync());
        Assert.Contains(init.Errors, line => line.Contains("giving up with code 7, as 5 in a row have died before they had served or were up for 10s", StringComparison.Ordinal));
        TestContext.Current.TestOutputHelper?.WriteLine($"waited {string.Join(" s, ", waits.Select(wait => $"{wait:0.00}"))} s");
        // A line may be read late.
        Assert.InRange(waits[0], 0.4, 3);
        Assert.InRange(waits[1], 0.9, 4);
        Assert.InRange(waits[2], 1.9, 6);
    }

    [Fact]
    public async Task OneThatWasUpForLongIsStartedAgainAtOnce()
    {
        await using var init = await InitRun.StartAsync();
        init.SetModes("no-sockets lives-ms=100");
        ProcessSignal.Send(await init.WorkerIdAsync(), UnixSignal.Kill);
        await init.LogAsync("(generation 2, version 1.0.0): exited with code 7");
        init.SetModes("no-sockets lives-ms=10500");
        await init.LogAsync("(generation 3, version 1.0.0): exited with code 7");
        await init.LogAsync("(generation 4) started");

        // The second one in a row has waited, and no other.
        Assert.Single(init.Errors, line => line.Contains("no worker serves, the next one starts in", StringComparison.Ordinal));
    }

    [Fact]
    public async Task OneThatHasServedIsStartedAgainAtOnceHoweverSoonItDied()
    {
        await using var init = await InitRun.StartAsync();
        for (var generation = 1; generation <= 4; generation++)
        {
            Assert.Equal(generation, await init.AskAsync());
            ProcessSignal.Send(await init.WorkerIdAsync(), UnixSignal.Kill);
            await init.LogAsync($"(generation {generation + 1}, version 1.0.0) serves");
        }

        Assert.DoesNotContain(init.Errors, line => line.Contains("no worker serves", StringComparison.Ordinal));
    }
}
