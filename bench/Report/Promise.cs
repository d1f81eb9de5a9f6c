using System.Globalization;

namespace CrashShield.Report;

/// <summary>A bar and what was measured against it.</summary>
internal sealed record Promise(string What, string Bar, double Seen, double Limit, bool IsMinimum = false)
{
    public bool Held => IsMinimum ? Seen >= Limit : Seen <= Limit;

    public string Row => string.Create(CultureInfo.InvariantCulture, $"| {What} | {Bar} | {Seen:0.##} | {(Held ? "held" : "**not held**")} |");
}
