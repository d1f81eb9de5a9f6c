using System.Diagnostics;
using CrashShield.Load;

namespace CrashShield.Drills.Leaks;

/// <summary>500 requests a second of which a random one in a hundred leaks a task: how soon it is named, and counted.</summary>
internal sealed class SeededLeak(LeakKind kind, Random random)
{
    private const double Rate = 500;
    private const double Share = 0.01;
    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(1);

    private readonly LeakKind _kind = kind;
    private long _first;
    private int _leaks;

    /// <summary>Runs it in a sample of its own.</summary>
    /// <param name="duration">How long the load goes on.</param>
    /// <param name="isEnoughWhenFound">Whether it ends as soon as the leak is reported and counted.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<SeededLeakRun> RunAsync(TimeSpan duration, bool isEnoughWhenFound, CancellationToken cancellationToken)
    {
        await using var sample = await LeakSample.StartAsync(cancellationToken);
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var load = sample.LoadAsync(Rate, duration, Choose(sample.Target), enough.Token);

        double? counted = null;
        using var timer = new PeriodicTimer(Poll);
        while (!load.IsCompleted && await timer.WaitForNextTickAsync(cancellationToken))
        {
            var found = (await sample.MetricsAsync(cancellationToken)).Sum(_kind.Counter, LeakKind.Label, _kind.Task);
            counted ??= found > 0 ? Since(Stopwatch.GetTimestamp()) : null;
            if (isEnoughWhenFound && counted is not null && Named(sample, _kind.Event) is not null)
                await enough.CancelAsync();
        }

        var result = await load;
        // What the last request has leaked is not found before the monitor's next look.
        await Task.Delay(Poll * 2, cancellationToken);
        var total = (await sample.MetricsAsync(cancellationToken)).Sum(_kind.Counter, LeakKind.Label, _kind.Task);
        var others = sample.Log.Reports.Where(report => !_kind.IsNamedIn(report)).Select(report => report.Text);
        return new(_leaks, (long)total, Named(sample, _kind.Event), Named(sample, LeakKind.SurgeEvent), counted, [.. others], result);
    }

    // Asked in turn by the one that paces the load.
    private Func<byte[]> Choose(Target target)
    {
        var (ordinary, leaking) = (target.Request(LeakSample.OrdinaryPath), target.Request(_kind.Path));
        return () =>
        {
            if (random.NextDouble() >= Share)
                return ordinary;
            if (_leaks++ == 0)
                Volatile.Write(ref _first, Stopwatch.GetTimestamp());
            return leaking;
        };
    }

    private double? Named(LeakSample sample, string eventName) =>
        sample.Log.Reports.FirstOrDefault(report => report.Event == eventName && _kind.IsNamedIn(report)) is { } report ? Since(report.At) : null;

    private double Since(long timestamp) => Stopwatch.GetElapsedTime(Volatile.Read(ref _first), timestamp).TotalSeconds;
}
