using System.Globalization;
using CrashShield.Integration.Tests.Processes;
using Microsoft.Extensions.Logging;

namespace CrashShield.Integration.Tests.Sample;

/// <summary>Breaks the real sample in every way it knows, by curl, and looks at the answer, the log and the metrics.</summary>
public class DrillTests
{
    private const int CutOff = 52; // curl: empty reply from server
    private const int Reset = 56; // curl: failure in receiving network data
    private const int TimedOut = 28;

    private const string Invalid = "System.InvalidOperationException";

    public static TheoryData<Drill> Drills =>
    [
        new Drill("/drill/throw?frames=20", 500, Invalid, "/drill/throw", "handled"),
        new Drill("/drill/throw-async", 500, Invalid, "/drill/throw-async", "handled"),
        new Drill("/drill/throw-middleware", 500, Invalid, "/drill/throw-middleware", "handled"),
        new Drill("/drill/throw-filter", 500, Invalid, "/drill/throw-filter", "handled"),
        new Drill("/drill/timeout", 504, "System.TimeoutException", "/drill/timeout", "handled"),
        new Drill("/drill/unavailable", 503, "WebApi.Drills.DependencyDownException", "/drill/unavailable", "handled"),
        new Drill("/drill/hostile?kind=members", 500, "WebApi.Drills.HostileException", "/drill/hostile", "handled"),
        new Drill("/drill/hostile?kind=message", 500, Invalid, "/drill/hostile", "handled"),
        new Drill("/drill/hostile?kind=inner", 500, Invalid, "/drill/hostile", "handled"),
        new Drill("/drill/hostile?kind=aggregate", 500, "System.AggregateException", "/drill/hostile", "handled"),
        new Drill("/drill/child-failure", 500, Invalid, "/drill/child-failure", "handled"),
        new Drill("/drill/throw-on-starting", 500, Invalid, "/drill/throw-on-starting", "handled"),
        new Drill("/drill/throw-on-completed", 200, Invalid, "/drill/throw-on-completed", "skipped"),
        new Drill("/drill/throw-after-start", 0, Invalid, "/drill/throw-after-start", "skipped"),
        new Drill("/drill/unobserved", 200, Invalid, null, "unobserved"),
    ];

    [Theory]
    [MemberData(nameof(Drills))]
    public async Task EachFailureIsAnsweredLoggedAndCountedOnce(Drill drill)
    {
        SystemPackage.Require("curl", "curl");
        await using var sample = await SampleProcess.StartAsync();

        var (exitCode, output) = await Curl.RunAsync(sample.Address + drill.Path);

        if (drill.StatusCode == 0)
            Assert.Contains(exitCode, new[] { CutOff, Reset, 18 });
        else
            Assert.StartsWith($"HTTP/1.1 {drill.StatusCode} ", output, StringComparison.Ordinal);
        if (drill.StatusCode >= 400)
            Assert.Matches("\"traceId\":\"[0-9a-f]{32}\"", output);

        await sample.WaitForMetricAsync(drill.Series, 1);
        Assert.Equal("Closed", await sample.Client.GetStringAsync("/healthz", TestContext.Current.CancellationToken));
        Assert.Equal(0, await sample.StopAsync());
        // Kestrel logs the response that it has to cut.
        Assert.Equal(drill.StatusCode == 0 ? 2 : 1, sample.Process.Log.Count(entry => entry.Level >= LogLevel.Warning));
    }

    [Fact]
    public async Task ClientThatLeavesIsNoError()
    {
        SystemPackage.Require("curl", "curl");
        await using var sample = await SampleProcess.StartAsync();

        var (exitCode, _) = await Curl.RunAsync("--max-time", "0.5", sample.Address + "/drill/wait?ms=60000");

        Assert.Equal(TimedOut, exitCode);
        await sample.WaitForMetricAsync(
            """crashshield_exceptions_total{error_type="System.Threading.Tasks.TaskCanceledException",http_route="/drill/wait",outcome="aborted"}""", 1);
        Assert.Equal(0, await sample.StopAsync());
        Assert.DoesNotContain(sample.Process.Log, entry => entry.Level >= LogLevel.Warning);
    }

    [Fact]
    public async Task AllOfThemLeaveNoConnectionBehind()
    {
        await using var sample = await SampleProcess.StartAsync();

        foreach (var drill in Drills.SelectMany(row => Enumerable.Repeat(row.Data, 5)))
        {
            using var client = new HttpClient();
            try
            {
                using var response = await client.GetAsync(sample.Address + drill.Path, TestContext.Current.CancellationToken);
            }
            catch (HttpRequestException) when (drill.StatusCode == 0)
            {
                // The connection was cut, as it should be.
            }
        }

        await sample.WaitForMetricAsync("kestrel_active_connections{", 1);
    }

    [Fact]
    public async Task OrdersWorkAndAreStillThereAfterStopping()
    {
        await using var sample = await SampleProcess.StartAsync();
        using var order = new StringContent("""{"customer":"Ada","item":"lamp","quantity":2}""", null, "application/json");

        using var created = await sample.Client.PostAsync("/orders", order, TestContext.Current.CancellationToken);
        var found = await sample.Client.GetStringAsync(created.Headers.Location, TestContext.Current.CancellationToken);

        Assert.Contains("\"lamp\"", found, StringComparison.Ordinal);
        Assert.Equal(0, await sample.StopAsync());
        Assert.Single(sample.Process.Logged("ChainEnded"));
    }

    public sealed record Drill(string Path, int StatusCode, string ErrorType, string? Route, string Outcome)
    {
        internal string Series => string.Create(
            CultureInfo.InvariantCulture,
            $"crashshield_exceptions_total{{error_type=\"{ErrorType}\",{(Route is null ? "" : $"http_route=\"{Route}\",")}outcome=\"{Outcome}\"}}");

        public override string ToString() => Path;
    }
}
