using CrashShield.Drills.Processes;
using CrashShield.Load;

namespace CrashShield.Drills.Leaks;

/// <summary>A load that goes up to ten times itself for a few seconds, again and again. Half of its requests start a watched task, which ends.</summary>
internal sealed class Bursts(Random random)
{
    private const double BaseRate = 50;
    private const double BurstRate = 10 * BaseRate;
    private const double WorkShare = 0.5;
    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ControlWithin = TimeSpan.FromSeconds(10);
    private static readonly string[] Counters =
        ["crashshield_tasks_abandoned_total", "crashshield_tasks_stuck_total", "crashshield_resources_undisposed_total"];

    public async Task<BurstsRun> RunAsync(TimeSpan duration, CancellationToken cancellationToken)
    {
        await using var sample = await LeakSample.StartAsync(cancellationToken);
        using var done = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var pressure = HighestPressureAsync(sample, done.Token);
        var run = await LoadAsync(sample, duration, cancellationToken);

        // Whatever was leaked is found once it is collected and the monitor, which looks once a second, has come by.
        await sample.CollectAsync(cancellationToken);
        await Task.Delay(Poll * 3, cancellationToken);
        await done.CancelAsync();
        var metrics = await sample.MetricsAsync(cancellationToken);
        run = run with
        {
            Reports = [.. sample.Log.Reports.Select(report => report.Text)],
            Counted = (long)Counters.Sum(metrics.Sum),
            Pressure = await pressure,
        };
        return run with { ControlFound = await ControlAsync(sample, cancellationToken) };
    }

    private async Task<BurstsRun> LoadAsync(LeakSample sample, TimeSpan duration, CancellationToken cancellationToken)
    {
        var (bursts, ok, shed, total, left) = (0, 0L, 0L, 0L, duration);
        for (var isBurst = false; left > TimeSpan.Zero; isBurst = !isBurst)
        {
            // Not in step with the windows of the surge detection, whatever these are set to.
            var length = TimeSpan.FromSeconds(isBurst ? 2 + (2 * random.NextDouble()) : 6 + (6 * random.NextDouble()));
            length = length < left ? length : left;
            left -= length;
            var result = await sample.LoadAsync(isBurst ? BurstRate : BaseRate, length, Choose(sample.Target), cancellationToken);
            cancellationToken.ThrowIfCancellationRequested();
            (bursts, ok, shed, total) = (bursts + (isBurst ? 1 : 0), ok + result.Ok, shed + result.Shed, total + result.Total);
        }

        return new(bursts, ok, shed, total);
    }

    private Func<byte[]> Choose(Target target)
    {
        var ordinary = target.Request(LeakSample.OrdinaryPath);
        return () => random.NextDouble() < WorkShare ? target.Request($"/drill/work?ms={random.Next(10, 1_000)}") : ordinary;
    }

    private static async Task<double> HighestPressureAsync(LeakSample sample, CancellationToken done)
    {
        var highest = 0.0;
        using var timer = new PeriodicTimer(Poll);
        try
        {
            while (await timer.WaitForNextTickAsync(done))
                highest = Math.Max(highest, LeakPressure.Of(await sample.MetricsAsync(done)));
        }
        catch (OperationCanceledException)
        {
            // Seen enough.
        }

        return highest;
    }

    // Silence is only worth something from a process that would have told.
    private static async Task<bool> ControlAsync(LeakSample sample, CancellationToken cancellationToken)
    {
        await sample.GetAsync("/drill/leak?count=1", cancellationToken);
        return await Until.IsSoAsync(
            async () => (await sample.MetricsAsync(cancellationToken)).Sum(LeakKind.Abandoned.Counter) == 1
                && sample.Log.Reports.Any(LeakKind.Abandoned.IsNamedIn),
            ControlWithin, cancellationToken);
    }
}
