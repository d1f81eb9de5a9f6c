using System.Diagnostics;
using System.Threading.Channels;

namespace CrashShield.Load;

/// <summary>
/// Requests are due at a fixed rate, whatever the answers do. Latency counts from when a request was due, so that a server that
/// stalls is charged for all who would have come meanwhile (no coordinated omission), and for the wait for a free connection.
/// </summary>
public sealed class OpenLoop(LoadOptions options)
{
    // How late the driver itself may be: it looks once a tick for what is due.
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(1);

    private readonly byte[] _request = options.Target.Request();
    private readonly double _rate = options.Rate!.Value;
    private readonly Channel<Arrival> _due = Channel.CreateUnbounded<Arrival>(new() { SingleWriter = true });
    private readonly LatencyHistogram _driverLate = new();

    public async Task<LoadResult> RunAsync()
    {
        var senders = Enumerable.Range(0, options.Connections).Select(_ => Task.Run(SendAsync)).ToArray();
        await PaceAsync();
        var tallies = await Task.WhenAll(senders);
        return LoadResult.Of(tallies, options.Duration, _driverLate);
    }

    private async Task PaceAsync()
    {
        var warmup = (long)(options.Warmup.TotalSeconds * _rate);
        var total = warmup + (long)Math.Min(options.Count, options.Duration.TotalSeconds * _rate);
        var started = Stopwatch.GetTimestamp();
        using var timer = new PeriodicTimer(Tick);
        for (long sent = 0; sent < total; await timer.WaitForNextTickAsync())
        {
            var now = Stopwatch.GetTimestamp();
            for (; sent < total && DueAt(started, sent) <= now; sent++)
            {
                var due = DueAt(started, sent);
                _driverLate.Add(Stopwatch.GetElapsedTime(due, now));
                _due.Writer.TryWrite(new(due, IsMeasured: sent >= warmup));
            }
        }

        _due.Writer.Complete();
    }

    private long DueAt(long started, long request) => started + (long)(request / _rate * Stopwatch.Frequency);

    private async Task<Tally> SendAsync()
    {
        var tally = new Tally();
        using var connection = new LoadConnection(options.Target);
        await foreach (var arrival in _due.Reader.ReadAllAsync())
        {
            var outcome = await connection.SendAsync(_request, options.Status);
            if (arrival.IsMeasured)
                tally.Add(outcome, Stopwatch.GetElapsedTime(arrival.Due), options.Good);
        }

        return tally;
    }

    private readonly record struct Arrival(long Due, bool IsMeasured);
}
