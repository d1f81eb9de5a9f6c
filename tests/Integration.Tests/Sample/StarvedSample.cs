using System.Net;
using CrashShield.Integration.Tests.Processes;

namespace CrashShield.Integration.Tests.Sample;

/// <summary>The sample with every thread of its pool blocked, started with its signals blocked, and a management port to look at it.</summary>
internal sealed class StarvedSample : IAsyncDisposable
{
    private const int Requests = 200;
    private const int BlockMs = 60_000;

    private static readonly Dictionary<string, string> FixedPool = new()
    {
        ["DOTNET_ThreadPool_ForceMinWorkerThreads"] = "4",
        ["DOTNET_ThreadPool_ForceMaxWorkerThreads"] = "4",
    };

    private readonly SampleProcess _sample;
    private readonly HttpClient _probe;
    private readonly CancellationTokenSource _stop = new();
    private Task<HttpResponseMessage>[] _blocked = [];

    private StarvedSample(SampleProcess sample, HttpClient probe) => (_sample, _probe) = (sample, probe);

    public ChildProcess Process => _sample.Process;

    /// <summary>Whether the pool has been starved all the time.</summary>
    public bool IsStarved => _blocked.All(request => !request.IsCompleted);

    public static Task<StarvedSample> StartAsync(params string[] arguments) => StartAsync(BlockMs, Requests, arguments);

    /// <summary>The pool may grow by itself, and by what it is given.</summary>
    public static Task<StarvedSample> StartUnboundedAsync(int requests, params string[] arguments) => StartAsync(new Dictionary<string, string>(), BlockMs, requests, arguments);

    /// <param name="blockMs">How long each request blocks its thread.</param>
    /// <param name="requests">How many there are.</param>
    /// <param name="arguments">Further settings.</param>
    public static Task<StarvedSample> StartAsync(int blockMs, int requests, params string[] arguments) => StartAsync(FixedPool, blockMs, requests, arguments);

    private static async Task<StarvedSample> StartAsync(IReadOnlyDictionary<string, string> pool, int blockMs, int requests, string[] arguments)
    {
        var port = FreePort.Take();
        // A starved pool makes the instance not ready by itself, after a while.
        var sample = await SampleProcess.StartBlockingAsync(
            "USR1,USR2", null, pool,
            [
                "--CrashShield:Endpoints:ManagementPort", $"{port}", "--CrashShield:Endpoints:ManagementAddress", "127.0.0.1",
                "--CrashShield:Admission:Enabled", "false", "--CrashShield:Circuit:NotReadyAfter", "01:00:00", .. arguments,
            ]);
        var starved = new StarvedSample(sample, new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}"), Timeout = TimeSpan.FromSeconds(20) });
        await sample.Process.WaitForEventAsync("ManagementListening", TimeSpan.FromSeconds(30));
        Assert.Equal((HttpStatusCode.OK, "Closed"), await starved.ReadyAsync());
        await starved.BlockAsync(blockMs, requests);
        return starved;
    }

    public Task<(HttpStatusCode Status, string Word)> ReadyAsync() => AskAsync("/readyz");

    public Task<(HttpStatusCode Status, string Word)> LiveAsync() => AskAsync("/livez");

    /// <summary>A metric, as the management port shows it.</summary>
    public async Task<double> MetricAsync(string series) =>
        SampleProcess.SumOf(await _probe.GetStringAsync("/metrics", TestContext.Current.CancellationToken), series);

    /// <summary>Waits until none is blocked any more.</summary>
    public Task AnsweredAsync() => Task.WhenAll(_blocked).WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);

    private async Task<(HttpStatusCode Status, string Word)> AskAsync(string path)
    {
        using var answer = await _probe.GetAsync(path, TestContext.Current.CancellationToken);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await ((Task)Task.WhenAll(_blocked)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _probe.Dispose();
        _stop.Dispose();
        await _sample.DisposeAsync();
    }

    private async Task BlockAsync(int blockMs, int requests)
    {
        // On connections that are open: one that has still to be accepted waits for the one before.
        await Task.WhenAll(Enumerable.Range(0, requests).Select(_ => _sample.Client.GetAsync("/drill/wait?ms=500", _stop.Token)));
        _blocked = [.. Enumerable.Range(0, requests).Select(_ => _sample.Client.GetAsync($"/drill/block?ms={blockMs}", _stop.Token))];
        await Poll.UntilAsync(
            async () => (await _probe.GetStringAsync("/metrics", TestContext.Current.CancellationToken)).Contains("crashshield_pressure_ratio{source=\"thread-pool\"} 1", StringComparison.Ordinal),
            "the pool is starved");
    }
}
