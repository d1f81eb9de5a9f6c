namespace CrashShield.Drills.Ordinary;

/// <summary>
/// Ordinary work of many kinds, each once against the application without the product and once with it, on its defaults: whoever protects a service from overload must not take what is
/// none for one.
/// </summary>
internal sealed class OrdinaryDrill : IDrill
{
    private const double Seconds = 10;
    private const double ShortSeconds = 3;
    private const int Attempts = 3;

    public string Name => "ordinary";

    public string Description => "36 kinds of ordinary work, with the product and without: nothing that fits into the machine is refused";

    public async Task<DrillReport> RunAsync(DrillOptions options, CancellationToken cancellationToken)
    {
        var seconds = options.IsShort ? ShortSeconds : Seconds;
        var machine = await Machine.MeasureAsync(cancellationToken);
        Console.WriteLine($"{machine.IterationsPerMs:F0} iterations in a millisecond; {machine.Capacity:F0} requests a second of {Machine.WorkMs} ms on one processor");
        if (!machine.IsQuiet)
            Console.WriteLine("Something else keeps this machine busy: the figures say little, and kinds that fit into it may not fit now.");
        Console.WriteLine("good answers of all without the product | with it");
        Kind[] kinds = [.. Kinds.Of(machine).Where(kind => IsChosen(options, kind.Name, kind.IsShort))];
        var isRestarted = IsChosen(options, HotRestart.Name, isShort: false);
        if (options.Only.Except([.. kinds.Select(kind => kind.Name), .. isRestarted ? [HotRestart.Name] : Array.Empty<string>()]).ToArray() is [_, ..] unknown)
            throw new InvalidOperationException($"No such kind: {string.Join(", ", unknown)}. There are {string.Join(", ", Kinds.Of(machine).Select(kind => kind.Name))}, {HotRestart.Name}.");

        var report = new DrillReport(options);
        var compared = new Dictionary<string, Comparison>();
        var changed = new List<object>();
        foreach (var kind in kinds)
            Add(report, compared, await CompareAsync(kind, seconds, changed, cancellationToken));

        if (isRestarted)
        {
            HotRestart.TellChanges(report);
            Add(report, compared, await HotRestart.CompareAsync(seconds, cancellationToken));
        }

        NamedBars.Require(report, compared);
        report.Add("machine", machine);
        report.Add("machineChanged", changed);
        report.Add("seconds", seconds);
        report.Add("kinds", compared.Values);
        return report;
    }

    // A kind that is a share of the capacity is one of what the machine can do then: shared machines change their speed for minutes.
    private static async Task<Comparison> CompareAsync(Kind kind, double seconds, List<object> changed, CancellationToken cancellationToken)
    {
        if (!kind.IsShare)
            return await CompareOnceAsync(kind, seconds, cancellationToken);
        for (var attempt = 1; ; attempt++)
        {
            var before = await Machine.MeasureAsync(cancellationToken);
            var compared = await CompareOnceAsync(Kinds.Of(before).Single(again => again.Name == kind.Name), seconds, cancellationToken);
            var after = await Machine.MeasureAsync(cancellationToken);
            if (before.IsLike(after))
                return compared;
            changed.Add(new { before, after, compared });
            Console.WriteLine(
                $"{kind.Name}: the machine did {before.Capacity:F0} requests of {before.IterationsPerMs * Machine.WorkMs:F0} iterations a second before, {after.Capacity:F0} of {after.IterationsPerMs * Machine.WorkMs:F0} after: {(attempt < Attempts ? "once more, whatever came of it" : "this pair counts")}\n{compared.Tell()}");
            if (attempt == Attempts)
                return compared;
        }
    }

    private static async Task<Comparison> CompareOnceAsync(Kind kind, double seconds, CancellationToken cancellationToken)
    {
        var without = await KindRun.RunAsync(kind, KindRun.Nothing, seconds, cancellationToken);
        return new(kind.Name, kind.Fits, without, await KindRun.RunAsync(kind, KindRun.Shield, seconds, cancellationToken));
    }

    private static bool IsChosen(DrillOptions options, string kind, bool isShort) => options.Only is [] ? isShort || !options.IsShort : options.Only.Contains(kind);

    private static void Add(DrillReport report, Dictionary<string, Comparison> compared, Comparison kind)
    {
        Console.WriteLine(kind.Tell());
        kind.Require(report);
        compared.Add(kind.Kind, kind);
    }
}
