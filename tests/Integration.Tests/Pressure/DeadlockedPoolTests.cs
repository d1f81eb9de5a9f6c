using System.Net;
using CrashShield.Integration.Tests.Processes;
using CrashShield.Integration.Tests.Sample;

namespace CrashShield.Integration.Tests.Pressure;

/// <summary>Only a pool that gets nowhere is beyond recovery; one with a long queue is busy.</summary>
public class DeadlockedPoolTests
{
    private static readonly TimeSpan DeadlockAfter = TimeSpan.FromSeconds(3);
    private static readonly string[] Settings = ["--CrashShield:ThreadPool:DeadlockAfter", $"{DeadlockAfter}"];

    [Fact]
    public async Task PoolThatGetsNowhereIsBeyondRecovery()
    {
        await using var sample = await StarvedSample.StartAsync(Settings);
        await Poll.UntilAsync(async () => await sample.LiveAsync() == (HttpStatusCode.ServiceUnavailable, "Failed"), "liveness falls");
        Assert.True(sample.IsStarved);
    }

    [Fact]
    public async Task QueueThatIsLongAndMovesIsNot()
    {
        // Of four threads, each tenth of a second: the last waits for 15 s.
        await using var sample = await StarvedSample.StartAsync(blockMs: 100, requests: 600, Settings);
        await sample.AnsweredAsync();
        Assert.Equal(HttpStatusCode.OK, (await sample.LiveAsync()).Status);
    }
}
