using System.Diagnostics;
using System.Net;
using CrashShield.Integration.Tests.Processes;
using CrashShield.Integration.Tests.Sample;

namespace CrashShield.Integration.Tests.Signals;

/// <summary>SIGUSR1 to the real sample.</summary>
public class DegradedModeTests
{
    private const string Both = "USR1,USR2";
    private static readonly TimeSpan Bound = TimeSpan.FromMilliseconds(50);

    [Fact]
    public async Task WorksWithinMillisecondsWhileThePoolIsStarved()
    {
        await using var sample = await StarvedSample.StartAsync();

        var took = new List<double>();
        for (var i = 0; i < 10; i++)
        {
            var expected = i % 2 == 0 ? HttpStatusCode.ServiceUnavailable : HttpStatusCode.OK;
            var clock = Stopwatch.StartNew();
            sample.Process.Signal(UnixSignal.Usr1);
            await Poll.UntilAsync(async () => (await sample.ReadyAsync()).Status == expected, $"signal {i} is obeyed");
            took.Add(clock.Elapsed.TotalMilliseconds);
        }

        TestContext.Current.TestOutputHelper!.WriteLine($"ms: {string.Join(", ", took.Select(ms => $"{ms:F1}"))}");
        // The median: the machine has other tests to run. The drill asks it of each.
        Assert.InRange(took.Order().ElementAt(took.Count / 2), 0, Bound.TotalMilliseconds);
        Assert.True(sample.IsStarved);
    }

    [Fact]
    public async Task ASignalThatComesBeforeAnybodyListensWaits()
    {
        await using var sample = await SampleProcess.StartBlockingAsync(Both, async process =>
        {
            await Poll.UntilAsync(
                () => ProcessStatus.Name(process.Id) == "dotnet" && ProcessStatus.Has(process.Id, ProcessStatus.Blocked, UnixSignal.Usr1), "the process starts");
            process.Signal(UnixSignal.Usr1);
            Assert.True(ProcessStatus.Has(process.Id, ProcessStatus.Pending, UnixSignal.Usr1));
        });

        await Poll.UntilAsync(async () => await ReadyAsync(sample.Client) == HttpStatusCode.ServiceUnavailable, "not ready");
        Assert.Equal("Degraded", await sample.Client.GetStringAsync("/healthz", TestContext.Current.CancellationToken));
        Assert.Equal(0, await sample.StopAsync());
    }

    [Theory]
    [InlineData(Both)]
    [InlineData("")]
    public async Task TwiceRestoresExactly(string blocked)
    {
        await using var sample = await SampleProcess.StartBlockingAsync(
            blocked, null, null, "--Logging:LogLevel:Microsoft.AspNetCore.Hosting.Diagnostics", "Information");
        Assert.Equal((HttpStatusCode.OK, true, true), await SeenAsync(sample));

        for (var round = 0; round < 2; round++)
        {
            sample.Process.Signal(UnixSignal.Usr1);
            await Poll.UntilAsync(async () => await SeenAsync(sample) == (HttpStatusCode.ServiceUnavailable, false, false), "degraded, quiet, and without others' metrics");
            Assert.Equal("Degraded", await sample.Client.GetStringAsync("/healthz", TestContext.Current.CancellationToken));
            sample.Process.Signal(UnixSignal.Usr1);
            await Poll.UntilAsync(async () => await SeenAsync(sample) == (HttpStatusCode.OK, true, true), "as before");
        }

        Assert.Equal(0, await sample.StopAsync());
        Assert.Equal(2, sample.Process.Logged("RestoredBySignal").Count);
    }

    private static async Task<HttpStatusCode> ReadyAsync(HttpClient client) => (await client.GetAsync("/readyz", TestContext.Current.CancellationToken)).StatusCode;

    // Readiness, whether a request is logged at Information, and whether another meter counts it.
    private static async Task<(HttpStatusCode Ready, bool IsLogged, bool IsCounted)> SeenAsync(SampleProcess sample)
    {
        var query = $"?{Guid.NewGuid():N}";
        var before = await CountAsync(sample);
        await sample.Client.GetStringAsync("/version" + query, TestContext.Current.CancellationToken);
        // Both are done after the answer.
        var isCounted = false;
        for (var look = 0; look < 20 && !isCounted; look++)
            isCounted = await CountAsync(sample) > before;
        return (await ReadyAsync(sample.Client), sample.Process.Log.Any(entry => entry["QueryString"] == query), isCounted);
    }

    private static async Task<double> CountAsync(SampleProcess sample) =>
        (await sample.Client.GetStringAsync("/metrics", TestContext.Current.CancellationToken)).Split('\n')
        .Where(line => line.StartsWith("http_server_request_duration_seconds_count{", StringComparison.Ordinal) && line.Contains("\"/version\"", StringComparison.Ordinal))
        .Sum(line => double.Parse(line[(line.LastIndexOf(' ') + 1)..], System.Globalization.CultureInfo.InvariantCulture));
}
