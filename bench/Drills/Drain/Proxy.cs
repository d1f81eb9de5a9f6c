using System.Diagnostics;
using CrashShield.Load;

namespace CrashShield.Drills.Drain;

/// <summary>
/// The side of a reverse proxy that faces the instances: it keeps connections alive, sends each request to the next of the endpoints that it knows, tries none twice, and learns of
/// one that is not ready any more only when a control plane tells it, which is late.
/// </summary>
internal sealed class Proxy : IAsyncDisposable
{
    /// <summary>How long after its first failed readiness probe an endpoint is removed.</summary>
    public static readonly TimeSpan Late = TimeSpan.FromSeconds(3);

    private const int Senders = 32;
    private const string Path = "/version";
    private static readonly TimeSpan ProbeEvery = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Good = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly CancellationTokenSource _ended = new();
    private readonly List<Task> _probes = [];
    private Target[] _endpoints = [];
    private uint _next;
    private long _started;

    public void Add(Target endpoint)
    {
        lock (_lock)
        {
            _endpoints = [.. _endpoints, endpoint];
            _probes.Add(ProbeAsync(endpoint));
        }
    }

    /// <summary>Sends at a rate until the end, whatever becomes of the requests.</summary>
    public Task<Tally[]> LoadAsync(double rate)
    {
        _started = Stopwatch.GetTimestamp();
        return Task.WhenAll(Enumerable.Range(0, Senders).Select(_ => SendAsync(TimeSpan.FromSeconds(Senders / rate))));
    }

    public async Task<LoadResult> EndAsync(Task<Tally[]> load)
    {
        await _ended.CancelAsync();
        return LoadResult.Of(await load, Stopwatch.GetElapsedTime(_started));
    }

    public async ValueTask DisposeAsync()
    {
        await _ended.CancelAsync();
        await Task.WhenAll(_probes).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task<Tally> SendAsync(TimeSpan interval)
    {
        var tally = new Tally();
        var connections = new Dictionary<Target, LoadConnection>();
        using var timer = new PeriodicTimer(interval);
        while (!_ended.IsCancellationRequested)
        {
            await timer.WaitForNextTickAsync(CancellationToken.None);
            var endpoints = Volatile.Read(ref _endpoints);
            var endpoint = endpoints[Interlocked.Increment(ref _next) % (uint)endpoints.Length];
            if (!connections.TryGetValue(endpoint, out var connection))
                connections.Add(endpoint, connection = new(endpoint));
            var sent = Stopwatch.GetTimestamp();
            tally.Add(await connection.SendAsync(endpoint.Request(Path), expectedStatus: 200), Stopwatch.GetElapsedTime(sent), Good);
        }

        foreach (var connection in connections.Values)
            connection.Dispose();
        return tally;
    }

    private async Task ProbeAsync(Target endpoint)
    {
        using var connection = new LoadConnection(endpoint);
        using var timer = new PeriodicTimer(ProbeEvery);
        while (await connection.SendAsync(endpoint.Request("/readyz"), expectedStatus: 200, _ended.Token) == Outcome.Ok)
            await timer.WaitForNextTickAsync(_ended.Token);

        await Task.Delay(Late, _ended.Token);
        lock (_lock)
            _endpoints = [.. _endpoints.Where(other => other != endpoint)];
    }
}
