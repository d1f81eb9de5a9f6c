using System.Collections.Concurrent;
using CrashShield.Drills.Processes;
using CrashShield.Load;

namespace CrashShield.Drills.Soak;

/// <summary>
/// Random failing requests in rounds. A request that its client is to leave is parked: at the end of its round the server's own count of requests
/// in flight must be the parked ones, so that it has surely begun, and in the next round it is left while others fail.
/// </summary>
internal sealed class Storm(Sample sample, Random random, int concurrency) : IDisposable
{
    private const int RoundLength = 500;
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    // Without pauses the console's logger cannot write all the failures in time, and requests block in it.
    private static readonly TimeSpan MeanPause = TimeSpan.FromMilliseconds(100);

    private readonly LoadConnection[] _connections = [.. Enumerable.Range(0, concurrency).Select(_ => new LoadConnection(sample.Target))];
    private ConcurrentBag<LoadConnection> _parked = [];

    /// <summary>What the sample must have counted by now.</summary>
    public Dictionary<Series, long> Expected { get; } = [];

    public long ExpectedErrors { get; private set; }

    public long ExpectedRefusals { get; private set; }

    public long ExpectedCuts { get; private set; }

    /// <summary>Answers that were not what they should be.</summary>
    public ConcurrentBag<string> Surprises { get; } = [];

    public async Task RunAsync(int requests, CancellationToken cancellationToken)
    {
        for (var left = requests; left > 0; left -= RoundLength)
            await RunRoundAsync(Math.Min(RoundLength, left), cancellationToken);
        await RunRoundAsync(0, cancellationToken);
    }

    public void Dispose()
    {
        foreach (var connection in _connections.Concat(_parked))
            connection.Dispose();
    }

    private async Task RunRoundAsync(int requests, CancellationToken cancellationToken)
    {
        var steps = Enumerable.Range(0, requests).Select(_ => Fail(FailureKind.All[random.Next(FailureKind.All.Count)]))
            .Concat(_parked.Select(Leave))
            .ToArray();
        _parked = [];
        random.Shuffle(steps);
        var queue = new ConcurrentQueue<Step>(steps);
        await Task.WhenAll(_connections.Select(connection => SendAsync(connection, queue, cancellationToken)));

        var parked = _parked.Count;
        if (!await Until.IsSoAsync(() => IsInFlightAsync(parked, cancellationToken), Deadline, cancellationToken))
            Surprises.Add($"{parked} requests should be in flight; the server says otherwise");
    }

    private static async Task SendAsync(LoadConnection connection, ConcurrentQueue<Step> queue, CancellationToken cancellationToken)
    {
        while (queue.TryDequeue(out var step))
        {
            await step(connection, cancellationToken);
            await Task.Delay(MeanPause * (0.5 + Random.Shared.NextDouble()), cancellationToken);
        }
    }

    private Step Fail(FailureKind kind)
    {
        Expected[kind.Series] = Expected.GetValueOrDefault(kind.Series) + 1;
        ExpectedErrors += kind.IsError ? 1 : 0;
        ExpectedRefusals += kind.Status == 400 ? 1 : 0;
        ExpectedCuts += kind.IsCut ? 1 : 0;

        var path = kind.Path(random);
        var request = sample.Target.Request(path);
        return ReferenceEquals(kind, FailureKind.Wait)
            ? (_, cancellationToken) => ParkAsync(request, cancellationToken)
            : (connection, cancellationToken) => SendAsync(connection, request, path, kind, cancellationToken);
    }

    private async ValueTask SendAsync(
        LoadConnection connection, byte[] request, string path, FailureKind kind, CancellationToken cancellationToken)
    {
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        bound.CancelAfter(Deadline);
        try
        {
            var outcome = await connection.SendAsync(request, kind.Status, bound.Token);
            if (!kind.IsExpected(outcome, connection.Status))
                Surprises.Add($"{path}: {outcome} with status {connection.Status}");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            connection.Dispose();
            Surprises.Add($"{path}: no answer within {Deadline}");
        }
    }

    private async ValueTask ParkAsync(byte[] request, CancellationToken cancellationToken)
    {
        var connection = new LoadConnection(sample.Target);
        _parked.Add(connection);
        await connection.BeginAsync(request, cancellationToken);
    }

    private Step Leave(LoadConnection parked)
    {
        var reset = random.Next(2) == 0;
        return (_, _) =>
        {
            parked.Abort(reset);
            return default;
        };
    }

    // The scrape is a request in flight, too.
    private async Task<bool> IsInFlightAsync(int count, CancellationToken cancellationToken) =>
        (int)(await sample.MetricsAsync(cancellationToken)).Sum("http_server_active_requests") == count + 1;

    private delegate ValueTask Step(LoadConnection connection, CancellationToken cancellationToken);
}
