using System.Diagnostics;
using System.Net;
using CrashShield.Integration.Tests.Sample;

namespace CrashShield.Integration.Tests.Pressure;

/// <summary>Every thread of the pool blocks: the application is silent, and the management port answers.</summary>
public class StarvedPoolTests
{
    private const int Blocked = 300;
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(1);

    // A pool that may grow adds a thread every half second, which answers what comes on an open connection before it blocks too.
    private static readonly Dictionary<string, string> FixedPool = new()
    {
        ["DOTNET_ThreadPool_ForceMinWorkerThreads"] = "4",
        ["DOTNET_ThreadPool_ForceMaxWorkerThreads"] = "4",
    };

    // Well before the first of the blocked requests ends by itself.
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task ProbesAndMetricsAreAnsweredWhileThePoolIsStarved()
    {
        var port = FreePort.Take();
        await using var sample = await SampleProcess.StartAsync(
            FixedPool, "--CrashShield:Endpoints:ManagementPort", $"{port}", "--CrashShield:Endpoints:ManagementAddress", "127.0.0.1", "--CrashShield:Admission:Enabled", "false");
        using var probe = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}"), Timeout = TimeSpan.FromSeconds(20) };
        // The port is opened after the server's, which is all that the sample's start has waited for.
        await sample.Process.WaitForEventAsync("ManagementListening", Deadline);
        await probe.GetStringAsync("/metrics", TestContext.Current.CancellationToken);

        using var stop = new CancellationTokenSource();
        var blocked = Enumerable.Range(0, Blocked).Select(_ => sample.Client.GetAsync("/drill/block?ms=60000", stop.Token)).ToArray();
        await ApplicationIsSilentAsync(sample.Client);

        var slowest = TimeSpan.Zero;
        foreach (var path in Enumerable.Repeat(new[] { "/healthz", "/readyz", "/metrics" }, 10).SelectMany(paths => paths))
        {
            var clock = Stopwatch.StartNew();
            using var answer = await probe.GetAsync(path, TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            slowest = clock.Elapsed > slowest ? clock.Elapsed : slowest;
        }

        TestContext.Current.TestOutputHelper!.WriteLine($"The slowest of 30 took {slowest.TotalMilliseconds:F1} ms.");
        Assert.True(slowest < Bound, $"The slowest took {slowest}.");
        Assert.All(blocked, request => Assert.False(request.IsCompleted));
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Task.WhenAll(blocked));
    }

    private static async Task ApplicationIsSilentAsync(HttpClient client)
    {
        var clock = Stopwatch.StartNew();
        for (var answered = 0; ; answered++)
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            Assert.True(clock.Elapsed < Deadline, $"The application has answered {answered} requests in {clock.Elapsed}: its pool is not starved.");
            using var bound = new CancellationTokenSource(TimeSpan.FromSeconds(2));
            try
            {
                using var answer = await client.GetAsync("/version", bound.Token);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }
}
