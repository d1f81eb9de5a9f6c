using System.Net;
using CrashShield.Integration.Tests.Processes;
using CrashShield.Integration.Tests.Sample;

namespace CrashShield.Integration.Tests.Init;

/// <summary>One request to stop that comes to several processes: each gets it itself, and the worker from the init once more.</summary>
public class GroupSignalTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    [Theory]
    [InlineData(nameof(UnixSignal.Term))]
    [InlineData(nameof(UnixSignal.Int))]
    [InlineData(nameof(UnixSignal.Hup))]
    public async Task ASignalToTheGroupIsOneRequest(string signal)
    {
        await using var led = await LedSample.StartAsync(["setsid"]);
        var request = await led.BeginRequestAsync(2_500);

        // The group has the number of its first process.
        ProcessSignal.Send(-led.InitId, Enum.Parse<UnixSignal>(signal));

        await AssertDrainedAsync(led, request, 0);
    }

    /// <summary>systemd's KillMode=control-group, and each of them twice.</summary>
    [Fact]
    public async Task TermToEachProcessIsOneRequest()
    {
        await using var led = await LedSample.StartAsync([]);
        var request = await led.BeginRequestAsync(2_500);

        foreach (var process in new[] { led.WorkerId, led.InitId, led.WorkerId, led.InitId })
            ProcessSignal.Send(process, UnixSignal.Term);

        await AssertDrainedAsync(led, request, 0);
    }

    /// <summary>It signals its child, and then the group that it has made.</summary>
    [Fact]
    public async Task TimeoutSignalsTheInitTwice()
    {
        SystemPackage.Require("coreutils", "timeout");
        await using var led = await LedSample.StartAsync(["timeout", "3600"]);
        var request = await led.BeginRequestAsync(2_500);

        led.Process.Signal(UnixSignal.Term);

        // Of what it was told to do itself: it has not run out of time.
        await AssertDrainedAsync(led, request, 0);
    }

    [Fact]
    public async Task TimeoutSignalsAWorkerWithoutAnInitTwice()
    {
        SystemPackage.Require("coreutils", "timeout");
        await using var process = ChildProcess.StartCommand(
            new Dictionary<string, string>(), ["timeout", "3600", "dotnet", BuildPaths.Program("WebApi"), "--urls", "http://127.0.0.1:0", "--Drills", "true", "--CrashShield:Drain:Delay", "00:00:01"]);
        using var client = new HttpClient { BaseAddress = await process.WaitForAddressAsync(Deadline) };
        var request = client.GetAsync("/drill/wait?ms=2500", TestContext.Current.CancellationToken);
        await Poll.UntilAsync(async () => SampleProcess.SumOf(await client.GetStringAsync("/metrics", TestContext.Current.CancellationToken), "http_server_active_requests{") == 2, "the request is being served");

        process.Signal(UnixSignal.Term);

        using var answer = await request;
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        await process.WaitForExitAsync(Deadline);
        Assert.Empty(process.Logged("DrainHurried"));
    }

    /// <summary>The worker has its second signal a second later, and is hurried then.</summary>
    [Fact]
    public async Task ASecondTermAfterASecondStillMeansNow()
    {
        await using var led = await LedSample.StartAsync([], "--CrashShield:Drain:Delay", "01:00:00");
        ProcessSignal.Send(led.WorkerId, UnixSignal.Term);
        await led.Process.WaitForEventAsync("DrainBegan", Deadline);
        await Task.Delay(TimeSpan.FromSeconds(1.1), TestContext.Current.CancellationToken);
        ProcessSignal.Send(led.WorkerId, UnixSignal.Term);

        await led.Process.WaitForEventAsync("DrainHurried", Deadline);
        Assert.Equal(0, await led.WaitForExitAsync());
    }

    private static async Task AssertDrainedAsync(LedSample led, Task<HttpResponseMessage> request, int code)
    {
        using var answer = await request;
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(code, await led.WaitForExitAsync());
        Assert.Empty(led.Process.Logged("DrainHurried"));
        Assert.DoesNotContain(led.Process.Errors, line => line.Contains("killing", StringComparison.Ordinal) || line.Contains("generation 2", StringComparison.Ordinal));
    }
}
