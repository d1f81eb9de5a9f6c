using System.Reflection;

namespace CrashShield.Guest.Tests.Runs;

/// <summary>Where the build put what the tests need; the project file writes it into the assembly.</summary>
internal static class BuildPaths
{
    /// <summary>The program with all applications.</summary>
    public static string GuestProgram => Of("GuestProgram");

    /// <summary>The page with the table of intended differences.</summary>
    public static string Guide => Of("Guide");

    public static string Repository => Of("Repository");

    private static string Of(string key) => typeof(BuildPaths).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .FirstOrDefault(attribute => attribute.Key == key)?.Value ?? throw new InvalidOperationException($"The build knows no '{key}'.");
}
