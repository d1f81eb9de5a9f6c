namespace CrashShield.Hosting.Circuit;

/// <summary>
/// Turns a figure into a pressure, linear between three anchors at the circuit's default thresholds: <paramref name="Recover"/> is 0.8, <paramref name="Degrade"/> 0.9
/// and <paramref name="Open"/> 1. Each is at least the one before.
/// </summary>
internal readonly record struct PressureScale(double Recover, double Degrade, double Open)
{
    private const double AtRecover = 0.8;
    private const double AtDegrade = 0.9;

    public double Of(double value)
    {
        if (value >= Open)
            return 1;
        if (value >= Degrade)
            return Between(value, Degrade, Open, AtDegrade, 1);
        if (value > Recover)
            return Between(value, Recover, Degrade, AtRecover, AtDegrade);
        return Recover > 0 ? Math.Max(0, value / Recover * AtRecover) : 0;
    }

    private static double Between(double value, double low, double high, double atLow, double atHigh) =>
        atLow + ((atHigh - atLow) * (value - low) / (high - low));
}
