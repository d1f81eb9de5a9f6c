using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace CrashShield.Middleware.Metrics;

/// <summary>Whether the application uses prometheus-net by itself.</summary>
internal static class PrometheusUse
{
    private const string Library = "Prometheus.";

    // Their assemblies are many, and none of them does.
    private static readonly string[] Others = ["System", "Microsoft.", "CrashShield.", Library, "netstandard", "mscorlib"];

    /// <remarks>False in a native application, whose assemblies have become one program: nobody can tell there.</remarks>
    public static bool IsByApplication() => RuntimeFeature.IsDynamicCodeSupported && AppDomain.CurrentDomain.GetAssemblies().Any(UsesIt);

    [UnconditionalSuppressMessage("Trimming", "IL2026", Justification = "A reference is trimmed only where nothing is used by it.")]
    private static bool UsesIt(Assembly assembly) =>
        !assembly.IsDynamic
        && assembly.FullName is { } name
        && !Array.Exists(Others, other => name.StartsWith(other, StringComparison.Ordinal))
        && assembly.GetReferencedAssemblies().Any(static reference => reference.Name?.StartsWith(Library, StringComparison.Ordinal) == true);
}
