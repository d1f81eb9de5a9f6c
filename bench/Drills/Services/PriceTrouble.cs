using System.Globalization;

namespace CrashShield.Drills.Services;

/// <summary>What the states of the dependency do to both services.</summary>
internal sealed class PriceTrouble(DrillReport report, PriceSide with, PriceSide without)
{
    // A service that does not ask the dependency any more answers at once.
    private const double MaxPriceMs = 100;

    private static readonly TimeSpan Bound = TimeSpan.FromMinutes(1);

    private readonly List<(PricePhase With, PricePhase Without)> _phases = [];
    private IReadOnlyList<string> _changes = [];

    /// <summary>Lets some seconds pass in one state.</summary>
    public async Task PassAsync(string name, double seconds, CancellationToken cancellationToken)
    {
        var phases = await Task.WhenAll(with.RunAsync(name, seconds, cancellationToken), without.RunAsync(name, seconds, cancellationToken));
        _phases.Add((phases[0], phases[1]));
        Console.WriteLine($"prices, {name}: {phases[0].Tell()} | without the product {phases[1].Tell()}");
    }

    /// <summary>Waits until the circuit is closed again, and looks whether it stays so.</summary>
    public async Task RecoverAsync(string name, double seconds, CancellationToken cancellationToken)
    {
        var closed = await with.UntilAsync("Closed", Bound, cancellationToken);
        var before = (await with.HealthAsync(cancellationToken)).Changes.Count;
        await PassAsync(name, seconds, cancellationToken);
        var after = (await with.HealthAsync(cancellationToken)).Changes;
        report.Require(
            $"failing dependency, {name}: the circuit is closed within {Bound.TotalSeconds} s and stays so", closed is not null && after.Count == before,
            closed is null ? "not closed" : string.Create(CultureInfo.InvariantCulture, $"closed after {closed:F1} s, {after.Count - before} changes since"));
        _changes = after;
    }

    /// <summary>Waits until the product has noticed, and requires that nobody waits for the dependency from then on.</summary>
    public async Task NoticeAsync(string name, double seconds, CancellationToken cancellationToken)
    {
        await with.UntilAsync("Degraded", Bound, cancellationToken);
        await PassAsync(name, seconds, cancellationToken);
        var (ours, theirs) = _phases[^1];
        report.Require(
            $"failing dependency, {name}: who asks for it is answered within {MaxPriceMs} ms", ours.PriceMs <= MaxPriceMs,
            string.Create(CultureInfo.InvariantCulture, $"{ours.PriceMs:F1} ms (median), without the product {theirs.PriceMs:F0} ms"));
    }

    public void RequireAll()
    {
        var (ours, theirs) = (_phases.Select(phase => phase.With.Other).ToArray(), _phases.Select(phase => phase.Without.Other).ToArray());
        report.Require(
            "failing dependency: all that does without it is served", ours.All(load => load.IsAllOk),
            $"{ours.Sum(load => load.Ok)} of {ours.Sum(load => load.Total)}, without the product {theirs.Sum(load => load.Ok)} of {theirs.Sum(load => load.Total)}");
        report.Require("failing dependency: ready all the time", _phases.All(phase => phase.With.NotReady == 0), $"{_phases.Sum(phase => phase.With.NotReady)} probes were not");
        var isDegraded = _changes.Any(change => change.StartsWith("Closed to Degraded", StringComparison.Ordinal));
        var isMore = _changes.Any(change => change.Contains("to Open", StringComparison.Ordinal) || change.Contains("to Failed", StringComparison.Ordinal));
        report.Require("failing dependency: the circuit degrades and does no more", isDegraded && !isMore, string.Join("; ", _changes));
        report.Add("prices", _phases.Select(phase => new { phase.With.Name, With = Figures(phase.With), Without = Figures(phase.Without) }));
    }

    private static object Figures(PricePhase phase) => new { otherOk = phase.Other.Ok, otherTotal = phase.Other.Total, otherP99Ms = phase.Other.P99Ms, priced = phase.Priced, prices = phase.Prices.Length, priceMs = phase.PriceMs };
}
