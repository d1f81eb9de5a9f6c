using System.Diagnostics;
using System.Threading.Channels;

namespace CrashShield.Load;

/// <summary>
/// Requests are due at a fixed rate, whatever the answers do. Latency counts from when a request was due, so that a server that
/// stalls is charged for all who would have come meanwhile (no coordinated omission), and for the wait for a free connection.
/// </summary>
public sealed class OpenLoop
{
    // How late the driver itself may be: it looks once a tick for what is due.
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(1);

    private readonly LoadOptions _options;
    private readonly Func<byte[]> _next;
    private readonly double _rate;
    private readonly Channel<Arrival> _due = Channel.CreateUnbounded<Arrival>(new() { SingleWriter = true });
    private readonly LatencyHistogram _driverLate = new();

    /// <summary>The request of the target, again and again.</summary>
    public OpenLoop(LoadOptions options)
        : this(options, Again(options.Target.Request()))
    {
    }

    /// <summary>Requests that are chosen as they become due, one after the other.</summary>
    public OpenLoop(LoadOptions options, Func<byte[]> next) => (_options, _next, _rate) = (options, next, options.Rate!.Value);

    /// <summary>Sends until the end, or until nothing more is wanted: what is due by then is still sent.</summary>
    public async Task<LoadResult> RunAsync(CancellationToken enough = default)
    {
        var started = Stopwatch.GetTimestamp();
        var senders = Enumerable.Range(0, _options.Connections).Select(_ => Task.Run(SendAsync)).ToArray();
        await PaceAsync(enough);
        var sent = enough.IsCancellationRequested ? Stopwatch.GetElapsedTime(started) : _options.Duration;
        var tallies = await Task.WhenAll(senders);
        return LoadResult.Of(tallies, sent, _driverLate);
    }

    private static Func<byte[]> Again(byte[] request) => () => request;

    private async Task PaceAsync(CancellationToken enough)
    {
        var warmup = (long)(_options.Warmup.TotalSeconds * _rate);
        var total = warmup + (long)Math.Min(_options.Count, _options.Duration.TotalSeconds * _rate);
        var started = Stopwatch.GetTimestamp();
        using var timer = new PeriodicTimer(Tick);
        for (long sent = 0; sent < total && !enough.IsCancellationRequested; await timer.WaitForNextTickAsync(CancellationToken.None))
        {
            var now = Stopwatch.GetTimestamp();
            for (; sent < total && DueAt(started, sent) <= now; sent++)
            {
                var due = DueAt(started, sent);
                _driverLate.Add(Stopwatch.GetElapsedTime(due, now));
                _due.Writer.TryWrite(new(due, _next(), IsMeasured: sent >= warmup));
            }
        }

        _due.Writer.Complete();
    }

    private long DueAt(long started, long request) => started + (long)(request / _rate * Stopwatch.Frequency);

    private async Task<Tally> SendAsync()
    {
        var tally = new Tally();
        using var connection = new LoadConnection(_options.Target);
        await foreach (var arrival in _due.Reader.ReadAllAsync())
        {
            var outcome = await connection.SendAsync(arrival.Request, _options.Status);
            if (arrival.IsMeasured)
                tally.Add(outcome, Stopwatch.GetElapsedTime(arrival.Due), _options.Good);
        }

        return tally;
    }

    private readonly record struct Arrival(long Due, byte[] Request, bool IsMeasured);
}
