using System.Diagnostics;
using System.Net;
using System.Net.WebSockets;
using CrashShield.Integration.Tests.Processes;
using CrashShield.Integration.Tests.Sample;

namespace CrashShield.Integration.Tests.Drain;

/// <summary>SIGTERM to the real sample.</summary>
public class DrainTests
{
    private const string Delay = "--CrashShield:Drain:Delay";
    private const string LameDuck = "--CrashShield:Drain:LameDuck";
    private const string Long = "01:00:00";
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    [Theory]
    [InlineData(nameof(UnixSignal.Term))]
    [InlineData(nameof(UnixSignal.Int))]
    public async Task NotReadyThenServesThenClosesThenExits(string signal)
    {
        await using var sample = await SampleProcess.StartAsync(null, Delay, "00:00:01.5", LameDuck, "00:00:01.5");
        Assert.Equal((HttpStatusCode.OK, false), await AskAsync(sample));

        sample.Process.Signal(Enum.Parse<UnixSignal>(signal));
        await Poll.UntilAsync(async () => await ReadyAsync(sample) == "Draining", "not ready");
        Assert.Equal((HttpStatusCode.OK, false), await AskAsync(sample));
        await Poll.UntilAsync(async () => await AskAsync(sample) == (HttpStatusCode.OK, true), "answers close their connections");

        Assert.Equal(0, await sample.Process.WaitForExitAsync(Deadline));
        AssertCleanedUp(sample);
        Assert.Equal($"SIG{signal.ToUpperInvariant()}", Assert.Single(sample.Process.Logged("DrainEnded"))["By"]);
    }

    [Fact]
    public async Task TheSecondOneMeansNow()
    {
        await using var sample = await SampleProcess.StartAsync(null, Delay, Long);
        var waiting = sample.Client.GetAsync("/drill/wait?ms=3600000", TestContext.Current.CancellationToken);
        // The scrape is the other.
        await sample.WaitForMetricAsync("http_server_active_requests{", 2);

        sample.Process.Signal(UnixSignal.Term);
        await Poll.UntilAsync(async () => await ReadyAsync(sample) == "Draining", "not ready");
        var first = Stopwatch.StartNew();
        // Refused, as the process is about to stop.
        sample.Process.Signal(UnixSignal.Usr1);
        await sample.Process.WaitForEventAsync("SignalRefused", Deadline, refused => refused["Signal"] == "SIGUSR1");
        // Within the first second it is the same request.
        await Poll.UntilAsync(() => first.Elapsed > TimeSpan.FromSeconds(1), "a second has passed");
        sample.Process.Signal(UnixSignal.Term);

        Assert.Equal(0, await sample.Process.WaitForExitAsync(TimeSpan.FromSeconds(20)));
        await Assert.ThrowsAsync<HttpRequestException>(() => waiting);
        AssertCleanedUp(sample);
    }

    [Fact]
    public async Task WaitsOnThreadsOfItsOwnWhileThePoolIsStarved()
    {
        await using var sample = await StarvedSample.StartAsync(Delay, "00:00:00.5", LameDuck, "00:00:00.5");

        sample.Process.Signal(UnixSignal.Term);

        await Poll.UntilAsync(async () => await sample.ReadyAsync() == (HttpStatusCode.ServiceUnavailable, "Draining"), "not ready");
        // The host is told to stop; to stop is its own, which needs the pool.
        await sample.Process.WaitForEventAsync("ApplicationStopping", Deadline);
        Assert.True(sample.IsStarved);
    }

    [Fact]
    public async Task AWebSocketIsClosedWithServiceRestart()
    {
        await using var sample = await SampleProcess.StartAsync(null, LameDuck, "00:00:01");
        using var socket = new ClientWebSocket();
        await socket.ConnectAsync(new Uri(sample.Address.Replace("http", "ws", StringComparison.Ordinal) + "/drill/socket"), TestContext.Current.CancellationToken);

        sample.Process.Signal(UnixSignal.Term);
        var closed = await socket.ReceiveAsync(new byte[100], TestContext.Current.CancellationToken).WaitAsync(Deadline, TestContext.Current.CancellationToken);
        Assert.Equal((WebSocketMessageType.Close, 1012), (closed.MessageType, (int?)closed.CloseStatus));
        await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, TestContext.Current.CancellationToken);

        Assert.Equal(0, await sample.Process.WaitForExitAsync(Deadline));
    }

    [Fact]
    public async Task AFeedSaysGoodbye()
    {
        await using var sample = await SampleProcess.StartAsync(null, LameDuck, "00:00:01");
        using var answer = await sample.Client.GetAsync("/drill/feed", HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);

        sample.Process.Signal(UnixSignal.Term);
        // To its end: a stream that is cut throws.
        var events = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken).WaitAsync(Deadline, TestContext.Current.CancellationToken);

        Assert.EndsWith("event: bye\ndata: come back\n\n", events, StringComparison.Ordinal);
        Assert.Equal(0, await sample.Process.WaitForExitAsync(Deadline));
    }

    [Fact]
    public async Task AGracePeriodThatIsTooShortIsToldAtTheStart()
    {
        await using var sample = await SampleProcess.StartAsync(new Dictionary<string, string> { ["KUBERNETES_SERVICE_HOST"] = "10.0.0.1" });

        var told = await sample.Process.WaitForEventAsync("GracePeriodTooShort", Deadline);
        Assert.Equal(("1 min", "45 s", "30 s"), (told["Total"], told["GracePeriod"], told["Host"]));
        Assert.Equal(0, await sample.StopAsync());
    }

    private static void AssertCleanedUp(SampleProcess sample)
    {
        var ended = Assert.Single(sample.Process.Logged("ChainEnded"));
        Assert.Equal(("1", "1"), (ended["Succeeded"], ended["Steps"]));
    }

    private static async Task<(HttpStatusCode Status, bool Closes)> AskAsync(SampleProcess sample)
    {
        using var answer = await sample.Client.GetAsync("/version", TestContext.Current.CancellationToken);
        return (answer.StatusCode, answer.Headers.ConnectionClose == true);
    }

    private static async Task<string> ReadyAsync(SampleProcess sample)
    {
        using var answer = await sample.Client.GetAsync("/readyz", TestContext.Current.CancellationToken);
        return await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
    }
}
