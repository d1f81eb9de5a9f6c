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
    private long _started;

    /// <summary>Sends until the time, the count or the caller says that it is enough.</summary>
    public async Task<LoadResult> RunAsync(CancellationToken enough = default)
    {
        using var ended = enough.UnsafeRegister(_ => Volatile.Write(ref _deadline, 0), null);
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
        _started = Stopwatch.GetTimestamp();
        _left = count;
        _deadline = _started + (long)(duration.TotalSeconds * Stopwatch.Frequency);
        using var giveUp = new CancellationTokenSource();
        if (options.Patience is { } patience)
            giveUp.CancelAfter(duration + patience);
        var tallies = await Task.WhenAll(connections.Select(connection => Task.Run(() => SendAsync(connection, giveUp.Token))));
        return LoadResult.Of(tallies, Stopwatch.GetElapsedTime(_started));
    }

    private async Task<Tally> SendAsync(LoadConnection connection, CancellationToken giveUp)
    {
        var tally = new Tally();
        var now = Stopwatch.GetTimestamp();
        while (now < Volatile.Read(ref _deadline) && Interlocked.Decrement(ref _left) >= 0)
        {
            // One whose connection died is sent again, once (RFC 9110, 9.2.2). It counts as failed, and whoever sent it has waited from the first time on.
            if (!await SendAsync(connection, tally, now, giveUp))
                await SendAsync(connection, tally, now, giveUp);
            var answered = Stopwatch.GetTimestamp();
            if (options.Think > TimeSpan.Zero)
                await options.ThinkAsync();
            now = options.Think > TimeSpan.Zero ? Stopwatch.GetTimestamp() : answered;
        }

        return tally;
    }

    // False when a connection that had answered before has died of it.
    private async ValueTask<bool> SendAsync(LoadConnection connection, Tally tally, long since, CancellationToken giveUp)
    {
        var outcome = options.FirstByteDelay is { } delay ? await SendAloneAsync(connection, delay) : await SendKeptAsync(connection, giveUp);
        tally.Add(outcome, Stopwatch.GetElapsedTime(since), options.Good, Stopwatch.GetElapsedTime(_started));
        return outcome != Outcome.ReusedDied;
    }

    private async ValueTask<Outcome> SendKeptAsync(LoadConnection connection, CancellationToken giveUp)
    {
        try
        {
            return await connection.SendAsync(_request, options.Status, giveUp);
        }
        catch (OperationCanceledException)
        {
            connection.Abort(reset: false);
            return Outcome.TimedOut;
        }
    }

    private async Task<Outcome> SendAloneAsync(LoadConnection connection, TimeSpan firstByteDelay)
    {
        try
        {
            if (!await connection.OpenAsync())
                return Outcome.Refused;
        }
        catch (IOException)
        {
            return Outcome.Reset;
        }

        await Task.Delay(firstByteDelay);
        var outcome = await connection.SendAsync(_request, options.Status);
        connection.Abort(reset: false);
        return outcome;
    }
}
