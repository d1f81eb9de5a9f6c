using CrashShield.Hosting.Circuit;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace CrashShield.Middleware.Endpoints;

/// <summary>An answer to a probe.</summary>
internal readonly record struct HealthAnswer(bool IsWell, string Word, CircuitState State)
{
    public int StatusCode => IsWell ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;

    /// <summary>Whether an Accept header asks for the whole report.</summary>
    public static bool IsReportWanted(string accept) =>
        MediaTypeHeaderValue.TryParseList([accept], out var types) && types.Any(static type => type.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase) && type.Quality is not 0);
}
