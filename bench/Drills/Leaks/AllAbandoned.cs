using System.Diagnostics;

namespace CrashShield.Drills.Leaks;

/// <summary>
/// 10,000 tasks that one request abandons: none is missed and none counted twice. Ordinary requests have the collector come by; the few that were in use while it came once are
/// then in an older generation, and wait for a collection of that one, which the drill asks for in the end. The leaks open the circuit, so the requests are those of established sessions.
/// </summary>
internal static class AllAbandoned
{
    public const int Count = 10_000;

    private const double Rate = 500;
    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Load = TimeSpan.FromSeconds(10);

    // Enough for one that is counted twice to show.
    private static readonly TimeSpan Linger = TimeSpan.FromSeconds(3);

    public static async Task<AllAbandonedRun> RunAsync(CancellationToken cancellationToken)
    {
        await using var sample = await LeakSample.StartAsync(cancellationToken);
        var ordinary = sample.Target.Request(LeakSample.OrdinaryPath, LeakSample.Session);
        var load = sample.LoadAsync(Rate, Load, () => ordinary, cancellationToken);
        await sample.GetAsync($"/drill/leak?collect=false&count={Count}", cancellationToken);

        var clock = Stopwatch.StartNew();
        double? first = null;
        using var timer = new PeriodicTimer(Poll);
        while (!load.IsCompleted && await timer.WaitForNextTickAsync(cancellationToken))
            first ??= await CountedAsync(sample, cancellationToken) > 0 ? clock.Elapsed.TotalSeconds : null;

        var served = await load;
        var byItself = await CountedAsync(sample, cancellationToken);
        await sample.CollectAsync(cancellationToken);
        await Task.Delay(Linger, cancellationToken);
        return new(
            served.Ok, served.Shed, first, byItself, await CountedAsync(sample, cancellationToken), LeakPressure.Of(await sample.MetricsAsync(cancellationToken)),
            sample.Log.Reports.Any(LeakKind.Abandoned.IsNamedIn));
    }

    private static async Task<long> CountedAsync(LeakSample sample, CancellationToken cancellationToken) =>
        (long)(await sample.MetricsAsync(cancellationToken)).Sum(LeakKind.Abandoned.Counter);
}
