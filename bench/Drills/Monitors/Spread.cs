namespace CrashShield.Drills.Monitors;

/// <summary>The middle of some figures and how far they lie apart.</summary>
/// <param name="Median">The middle.</param>
/// <param name="Quarter">A quarter is below it.</param>
/// <param name="ThreeQuarters">A quarter is above it.</param>
/// <param name="Low">The lower end of the 95 % confidence interval of the median.</param>
/// <param name="High">The upper end.</param>
internal sealed record Spread(double Median, double Quarter, double ThreeQuarters, double Low, double High)
{
    private const double Confidence = 1.96;

    public static Spread Of(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        // Order statistics: how many lie below the median is binomial, whatever the figures' distribution.
        var half = Confidence * Math.Sqrt(sorted.Length) / 2;
        return new(Drills.Median.Of(sorted), At(sorted, 0.25), At(sorted, 0.75), At(sorted, 0.5 - (half / sorted.Length)), At(sorted, 0.5 + (half / sorted.Length)));
    }

    public override string ToString() => $"{Median:P2} (quartiles {Quarter:P2} to {ThreeQuarters:P2}, 95 % sure {Low:P2} to {High:P2})";

    private static double At(double[] sorted, double share) => sorted[Math.Clamp((int)Math.Round(share * (sorted.Length - 1)), 0, sorted.Length - 1)];
}
