namespace CrashShield.Hosting.Circuit;

/// <summary>What a source has seen.</summary>
/// <param name="Pressure">
/// From 0, nothing to worry about, to 1, critical. 0.9 and above degrades the process, 1 opens the circuit, and 0.8 and below lets
/// it recover. What is no number is taken for a failure of the source.
/// </param>
/// <param name="Reason">Why, in one line with figures; needed only where the pressure is above 0.8.</param>
/// <param name="IsBeyondRecovery">Whether nothing but a restart helps: latches <see cref="CircuitLevel.Failed"/>.</param>
public readonly record struct PressureReading(double Pressure, string? Reason = null, bool IsBeyondRecovery = false)
{
    /// <summary>Nothing to worry about.</summary>
    public static readonly PressureReading None;

    /// <summary>Whether the trouble is somebody else's, a database's say, so that a restart does not help however long it lasts.</summary>
    internal bool IsOthers { get; init; }
}
