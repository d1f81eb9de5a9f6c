using Microsoft.AspNetCore.Http;

namespace CrashShield.Middleware.Endpoints;

/// <summary>The paths that probes and scrapers ask every few seconds.</summary>
internal static class ManagementPaths
{
    public const string Health = "/healthz";
    public const string Live = "/healthz/live";
    public const string LiveShort = "/livez";
    public const string Ready = "/healthz/ready";
    public const string ReadyShort = "/readyz";
    public const string Startup = "/healthz/startup";
    public const string Metrics = "/metrics";

    private static readonly HashSet<string> All =
        new([Health, Live, LiveShort, Ready, ReadyShort, Startup, Metrics], StringComparer.OrdinalIgnoreCase);

    public static bool Contains(PathString path) => path.Value is { } value && All.Contains(value);
}
