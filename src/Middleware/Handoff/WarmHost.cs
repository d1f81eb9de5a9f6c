namespace CrashShield.Middleware.Handoff;

/// <summary>The host that the warm-up asks for. ASP.NET Core's host filtering answers any other than those of <c>AllowedHosts</c> with 400, and the application is then never reached.</summary>
internal static class WarmHost
{
    private const string Default = "localhost";
    private const string AnySubdomain = "*.";

    public static string Of(string? allowedHosts)
    {
        var hosts = (allowedHosts ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return Array.Find(hosts, host => host != "*") is not { } first ? Default
            : first.StartsWith(AnySubdomain, StringComparison.Ordinal) ? $"warm-up.{first[AnySubdomain.Length..]}" : first;
    }
}
