using System.Diagnostics;

namespace CrashShield.Load;

/// <summary>
/// Each connection sends its next request as soon as the last is answered: shows throughput. Its latencies hide whatever the
/// requests that were never sent would have waited; those are the open loop's to tell.
/// </summary>
public sealed class ClosedLoop(LoadOptions options)
{
    private readonly byte[] _request = options.Target.Request();
    private long _left;
    private long _deadline;

    public async Task<LoadResult> RunAsync()
    {
        var connections = Enumerable.Range(0, options.Connections).Select(_ => new LoadConnection(options.Target)).ToArray();
        try
        {
            if (options.Warmup > TimeSpan.Zero)
                await RunAsync(connections, options.Warmup, long.MaxValue);
            return await RunAsync(connections, options.Duration, options.Count);
        }
        finally
        {
            foreach (var connection in connections)
                connection.Dispose();
        }
    }

    private async Task<LoadResult> RunAsync(LoadConnection[] connections, TimeSpan duration, long count)
    {
        var started = Stopwatch.GetTimestamp();
        _left = count;
        _deadline = started + (long)(duration.TotalSeconds * Stopwatch.Frequency);
        var tallies = await Task.WhenAll(connections.Select(connection => Task.Run(() => SendAsync(connection))));
        return LoadResult.Of(tallies, Stopwatch.GetElapsedTime(started));
    }

    private async Task<Tally> SendAsync(LoadConnection connection)
    {
        var tally = new Tally();
        var now = Stopwatch.GetTimestamp();
        while (now < _deadline && Interlocked.Decrement(ref _left) >= 0)
        {
            var outcome = await connection.SendAsync(_request, options.Status);
            var answered = Stopwatch.GetTimestamp();
            tally.Add(outcome, Stopwatch.GetElapsedTime(now, answered), options.Good);
            now = answered;
        }

        return tally;
    }
}
