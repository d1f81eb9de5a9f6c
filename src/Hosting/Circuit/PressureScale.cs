namespace CrashShield.Hosting.Circuit;

/// <summary>
/// Turns a figure into a pressure, linear between three anchors at the circuit's marks: <paramref name="Recover"/> is 0.8, <paramref name="Degrade"/> 0.9
/// and <paramref name="Open"/> 1. Each is at least the one before.
/// </summary>
internal readonly record struct PressureScale(double Recover, double Degrade, double Open)
{
    public double Of(double value)
    {
        if (value >= Open)
            return 1;
        if (value >= Degrade)
            return Between(value, Degrade, Open, PressureMarks.Degrade, 1);
        if (value > Recover)
            return Between(value, Recover, Degrade, PressureMarks.Recover, PressureMarks.Degrade);
        return Recover > 0 ? Math.Max(0, value / Recover * PressureMarks.Recover) : 0;
    }

    private static double Between(double value, double low, double high, double atLow, double atHigh) =>
        atLow + ((atHigh - atLow) * (value - low) / (high - low));
}
