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
    private readonly SlowPost? _post;

    /// <summary>The request of the target, again and again.</summary>
    public OpenLoop(LoadOptions options)
        : this(options, Again(options.Target.Request()))
    {
    }

    /// <summary>Requests that are chosen as they become due, one after the other.</summary>
    public OpenLoop(LoadOptions options, Func<byte[]> next)
    {
        (_options, _next, _rate) = (options, next, options.Rate!.Value);
        _post = options.SecondByteAfter is { } pause ? new SlowPost(options.Target, pause) : null;
    }

    /// <summary>Sends until the end, or until nothing more is wanted: what is due by then is still sent.</summary>
    public async Task<LoadResult> RunAsync(CancellationToken enough = default)
    {
        var started = Stopwatch.GetTimestamp();
        using var giveUp = new CancellationTokenSource();
        var senders = Enumerable.Range(0, _options.Connections).Select(_ => Task.Run(() => SendAsync(started + Ticks(_options.Warmup), giveUp.Token))).ToArray();
        await PaceAsync(enough);
        var sent = enough.IsCancellationRequested ? Stopwatch.GetElapsedTime(started) : _options.Duration;
        if (_options.Patience is { } patience)
            giveUp.CancelAfter(patience);
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

    private static long Ticks(TimeSpan time) => (long)(time.TotalSeconds * Stopwatch.Frequency);

    private async Task<Tally> SendAsync(long measuredFrom, CancellationToken giveUp)
    {
        var tally = new Tally();
        using var connection = new LoadConnection(_options.Target, _options.LooksBefore);
        // What has not even been sent when the driver gives up is counted, too.
        await foreach (var arrival in _due.Reader.ReadAllAsync(CancellationToken.None))
        {
            var outcome = await SendAsync(connection, arrival.Request, giveUp);
            if (arrival.IsMeasured)
                tally.Add(outcome, Stopwatch.GetElapsedTime(arrival.Due), _options.Good, Stopwatch.GetElapsedTime(measuredFrom));
        }

        return tally;
    }

    private async ValueTask<Outcome> SendAsync(LoadConnection connection, byte[] request, CancellationToken giveUp)
    {
        try
        {
            return _post is { } post ? await post.SendAsync(connection, _options.Status, giveUp) : await connection.SendAsync(request, _options.Status, giveUp);
        }
        catch (OperationCanceledException)
        {
            connection.Abort(reset: false);
            return Outcome.TimedOut;
        }
    }

    private readonly record struct Arrival(long Due, byte[] Request, bool IsMeasured);
}
