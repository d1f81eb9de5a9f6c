using CrashShield.Hosting.Circuit;
using Microsoft.AspNetCore.Http;

namespace CrashShield.Middleware.Endpoints;

/// <summary>An answer to a probe.</summary>
internal readonly record struct HealthAnswer(bool IsWell, string Word, CircuitState State)
{
    public int StatusCode => IsWell ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;

    /// <summary>Whether an Accept header asks for the whole report.</summary>
    public static bool IsReportWanted(string accept) => accept.Contains("application/json", StringComparison.OrdinalIgnoreCase);
}
