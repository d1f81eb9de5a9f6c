using CrashShield.Drills.Processes;

namespace CrashShield.Drills.Startup;

/// <summary>What CrashShield costs a service that does nothing else: the time to its first response, threads, memory.</summary>
internal sealed class StartupDrill : IDrill
{
    private const double MaxLater = 30;
    private const double MaxLaterCompiled = 15;
    private const int MaxThreads = 5;
    private const double MaxMegabytes = 8;

    public string Name => "startup";

    public string Description => "what a service weighs more: time to the first response, idle threads, memory, idle allocations";

    public async Task<DrillReport> RunAsync(DrillOptions options, CancellationToken cancellationToken)
    {
        var report = new DrillReport(options);
        var pairs = options.IsShort ? 5 : 20;
        using (var published = await Published.PublishStartProbeAsync(cancellationToken))
        using (var packaged = PackagedProbe.Create(BuildPaths.StartProbe, published.StartProbe))
        {
            await StartAsync(report, "jit", "compiled at run time", packaged.Path, pairs, MaxLater, cancellationToken);
            await StartAsync(report, "readyToRun", "published ready-to-run", published.StartProbe, pairs, MaxLaterCompiled, cancellationToken);
            await IdleAsync(report, packaged.Path, options.IsShort, cancellationToken);
        }

        // No bar: nobody delivers it so.
        var sources = await StartPairs.MeasureAsync(BuildPaths.StartProbe, pairs, cancellationToken);
        Console.WriteLine($"  CrashShield itself compiled at run time, too: {sources}");
        report.Add("jitAll", sources);
        return report;
    }

    private static async Task StartAsync(
        DrillReport report, string name, string what, string program, int pairs, double most, CancellationToken cancellationToken)
    {
        Console.WriteLine($"{pairs} pairs of starts, {what}");
        var seen = await StartPairs.MeasureAsync(program, pairs, cancellationToken);
        Console.WriteLine($"  {seen}");
        report.Add(name, seen);
        report.Require($"first response at most {most} ms later, {what}", seen.Later <= most, $"{seen}");
    }

    private static async Task IdleAsync(DrillReport report, string program, bool isShort, CancellationToken cancellationToken)
    {
        var (starts, settle, duration) = isShort ? (1, TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(5)) : (5, TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(20));
        Console.WriteLine($"{starts} idle services each");
        List<IdleWeight> with = [], without = [];
        for (var start = 0; start < starts; start++)
        {
            Task<IdleWeight> Measure(string kind) => IdleWeight.MeasureAsync(program, kind, settle, duration, cancellationToken);
            var both = await Task.WhenAll(Measure(ServiceProcess.Shield), Measure(ServiceProcess.Bare));
            with.Add(both[0]);
            without.Add(both[1]);
        }

        double More(Func<IdleWeight, double> of) => Median.Of(with.Select(of)) - Median.Of(without.Select(of));
        var (threads, megabytes, bytes) = (More(weight => weight.Threads.Count), More(weight => weight.Megabytes), More(weight => weight.BytesPerSecond));
        var names = string.Join(", ", with[0].Threads.Where(thread => thread.StartsWith("shield ", StringComparison.Ordinal)));
        report.Add("idleWith", with);
        report.Add("idleWithout", without);
        report.Require($"at most {MaxThreads} more threads", threads <= MaxThreads, $"{threads}: {names}");
        report.Require($"at most {MaxMegabytes} MB more resident", megabytes <= MaxMegabytes, FormattableString.Invariant($"{megabytes:F1} MB"));
        report.Require("0 B more in an idle second", bytes <= 0, FormattableString.Invariant($"{bytes:F1} B"));
    }
}
