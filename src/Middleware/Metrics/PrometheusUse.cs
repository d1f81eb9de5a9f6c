using System.Reflection;

namespace CrashShield.Middleware.Metrics;

/// <summary>Whether the application uses prometheus-net by itself.</summary>
internal static class PrometheusUse
{
    private const string Library = "Prometheus.";

    // Their assemblies are many, and none of them does.
    private static readonly string[] Others = ["System", "Microsoft.", "CrashShield.", Library, "netstandard", "mscorlib"];

    public static bool IsByApplication() => AppDomain.CurrentDomain.GetAssemblies().Any(UsesIt);

    private static bool UsesIt(Assembly assembly) =>
        !assembly.IsDynamic
        && assembly.FullName is { } name
        && !Array.Exists(Others, other => name.StartsWith(other, StringComparison.Ordinal))
        && assembly.GetReferencedAssemblies().Any(static reference => reference.Name?.StartsWith(Library, StringComparison.Ordinal) == true);
}
