using CrashShield.Drills.Processes;

namespace CrashShield.Drills.Leaks;

/// <summary>What the source <c>leaks</c> told the circuit last.</summary>
internal static class LeakPressure
{
    private const string Gauge = "crashshield_pressure_ratio";
    private const string Source = "leaks";

    /// <exception cref="InvalidOperationException">There is no such source: its silence would say nothing.</exception>
    public static double Of(Metrics metrics) => metrics.Has(Gauge, "source", Source)
        ? metrics.Sum(Gauge, "source", Source)
        : throw new InvalidOperationException("The circuit has no source 'leaks'.");
}
