using System.Net;
using CrashShield.Integration.Tests.Processes;

namespace CrashShield.Integration.Tests.Init;

/// <summary>SIGHUP: the terminal is gone, or somebody has sent it.</summary>
public class HangUpTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task ItDrainsAsTermDoes(bool toInit)
    {
        await using var led = await LedSample.StartAsync([]);
        var request = await led.BeginRequestAsync(2_500);

        ProcessSignal.Send(toInit ? led.InitId : led.WorkerId, UnixSignal.Hup);

        using var answer = await request;
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(0, await led.WaitForExitAsync());
        Assert.DoesNotContain(led.Process.Errors, line => line.Contains("generation 2", StringComparison.Ordinal));
    }

    [Fact]
    public async Task NohupProtectsTheInitAndItsWorker()
    {
        await using var led = await LedSample.StartAsync(["setsid", "nohup"]);
        var request = await led.BeginRequestAsync(1_000);

        ProcessSignal.Send(-led.InitId, UnixSignal.Hup);
        ProcessSignal.Send(led.InitId, UnixSignal.Hup);

        using var answer = await request;
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        using var after = await led.Client.GetAsync("/healthz", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, after.StatusCode);
        Assert.Empty(led.Process.Logged("DrainBegan"));
        ProcessSignal.Send(led.InitId, UnixSignal.Term);
        Assert.Equal(0, await led.WaitForExitAsync());
    }
}
