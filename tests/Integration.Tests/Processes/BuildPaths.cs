using System.Reflection;

namespace CrashShield.Integration.Tests.Processes;

/// <summary>Where the build put what the tests need; the project file writes it into the assembly.</summary>
internal static class BuildPaths
{
    public static string Docs => Of("Docs");

    /// <summary>The project of crashshield-init.</summary>
    public static string Init => Of("Init");

    public static string Kubernetes => Of("Kubernetes");

    public static string Repository => Of("Repository");

    /// <summary>The path of a program that the project file lists as <c>ChildProgram</c>.</summary>
    /// <param name="assemblyName">The name of its assembly.</param>
    public static string Program(string assemblyName) => Of(assemblyName);

    private static string Of(string key) => typeof(BuildPaths).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .FirstOrDefault(attribute => attribute.Key == key)?.Value ?? throw new InvalidOperationException($"The build knows no '{key}'.");
}
