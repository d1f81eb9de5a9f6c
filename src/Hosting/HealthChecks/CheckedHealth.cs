using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace CrashShield.Hosting.HealthChecks;

/// <summary>What one of the application's health checks has told.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Status">What it says.</param>
/// <param name="Reason">Why, in its own words, or those of the exception that it threw.</param>
internal sealed record CheckedHealth(string Name, HealthStatus Status, string? Reason)
{
    public override string ToString() => $"{Name} is {Status}" + (Reason is null ? "" : $" ({Reason})");
}
