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

    private static readonly HashSet<string> Set = new([Health, Live, LiveShort, Ready, ReadyShort, Startup, Metrics], StringComparer.OrdinalIgnoreCase);

    public static IReadOnlyCollection<string> All => Set;

    /// <summary>Tells at once most of the paths that are none.</summary>
    public static bool MayContain(string? path) => path is { Length: > 5 and <= 17 } && (path[1] | 0x20) is 'h' or 'l' or 'r' or 'm';
}
