using System.Globalization;
using CrashShield.Drills.Ordinary;
using CrashShield.Drills.Processes;
using CrashShield.Load;

namespace CrashShield.Drills.Overload;

/// <summary>One of the compared servers on a core of its own, and loads on it from the other core.</summary>
internal sealed class OverloadServer : IAsyncDisposable
{
    private readonly ChildProgram _process;
    private readonly HttpClient _client;

    private OverloadServer(ChildProgram process, string port)
    {
        _process = process;
        _client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
    }

    public static async Task<OverloadServer> StartAsync(string peer, int? permits, CancellationToken cancellationToken)
    {
        KeyValuePair<string, string?>[] environment = permits is { } number ? [new("PERMITS", number.ToString(CultureInfo.InvariantCulture))] : [];
        var process = ChildProgram.Start(BuildPaths.Servers, [peer], Core.OfServers, environment: environment);
        return new(process, await process.ReadLineAsync(cancellationToken));
    }

    /// <summary>How many iterations of the work take so long on this machine.</summary>
    public async Task<int> IterationsInAsync(double ms, CancellationToken cancellationToken) => int.Parse(
        await _client.GetStringAsync(FormattableString.Invariant($"/iterations?ms={ms}"), cancellationToken), CultureInfo.InvariantCulture);

    public Task<LoadResult> ClosedAsync(string path, int connections, double seconds, CancellationToken cancellationToken) =>
        LoadAsync(path, connections, seconds, ["--warmup", "1"], cancellationToken);

    public Task<LoadResult> OpenAsync(string path, double rate, double warmup, double seconds, CancellationToken cancellationToken) =>
        LoadAsync(path, 256, seconds, ["--rate", Text(rate), "--warmup", Text(warmup)], cancellationToken);

    /// <summary>Asks for the liveness five times a second until it is told to stop.</summary>
    /// <returns>How long the slowest answer took, and how many were not 200.</returns>
    public async Task<(TimeSpan Slowest, int Failed)> ProbeAsync(CancellationToken until)
    {
        using var client = new HttpClient { BaseAddress = _client.BaseAddress, Timeout = TimeSpan.FromSeconds(30) };
        var (slowest, failed) = (TimeSpan.Zero, 0);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(200));
        while (!until.IsCancellationRequested)
        {
            var started = TimeProvider.System.GetTimestamp();
            using (var answer = await client.GetAsync("/healthz", CancellationToken.None))
                failed += answer.IsSuccessStatusCode ? 0 : 1;
            var took = TimeProvider.System.GetElapsedTime(started);
            slowest = took > slowest ? took : slowest;
            await timer.WaitForNextTickAsync(CancellationToken.None);
        }

        return (slowest, failed);
    }

    /// <summary>How many requests were refused, by reason.</summary>
    public async Task<string[]> ShedAsync(CancellationToken cancellationToken) =>
        [.. (await _client.GetStringAsync("/metrics", cancellationToken)).Split('\n').Where(line => line.StartsWith("crashshield_requests_shed_total{", StringComparison.Ordinal))];

    /// <summary>What the circuit has done.</summary>
    public Task<Health> HealthAsync(CancellationToken cancellationToken) => Health.AskAsync(_client.BaseAddress!, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _process.DisposeAsync();
    }

    private async Task<LoadResult> LoadAsync(string path, int connections, double seconds, string[] more, CancellationToken cancellationToken)
    {
        string[] arguments =
        [
            new Uri(_client.BaseAddress!, path).ToString(), "--connections", connections.ToString(CultureInfo.InvariantCulture), "--duration", Text(seconds), .. more,
        ];
        await using var load = ChildProgram.Start(BuildPaths.Load, arguments, Core.OfLoad);
        return LoadResult.FromJson(await load.ReadLineAsync(cancellationToken));
    }

    private static string Text(double number) => number.ToString(CultureInfo.InvariantCulture);
}
