using System.Globalization;
using System.Net;
using CrashShield.Load;

namespace CrashShield.Drills.Services;

/// <summary>What clients have seen while the dependency was in one state.</summary>
/// <param name="Name">Which.</param>
/// <param name="Other">The requests that do not need it.</param>
/// <param name="Prices">Those that do.</param>
/// <param name="NotReady">How many probes of readiness did not get 200.</param>
internal sealed record PricePhase(string Name, LoadResult Other, PriceAnswer[] Prices, int NotReady)
{
    /// <summary>The median time to the answer.</summary>
    public double PriceMs => Median.Of(Prices.Select(price => price.Ms));

    public int Priced => Prices.Count(price => price.Status == HttpStatusCode.OK);

    public string Tell() => string.Create(
        CultureInfo.InvariantCulture, $"other {Other.Ok}/{Other.Total}, p99 {Other.P99Ms:F0} ms; prices {Priced}/{Prices.Length}, {PriceMs:F0} ms (median)");
}
