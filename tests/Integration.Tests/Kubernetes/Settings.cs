using CrashShield.Integration.Tests.Processes;

namespace CrashShield.Integration.Tests.Kubernetes;

/// <summary>The settings that docs/configuration.md has.</summary>
internal static class Settings
{
    private const string Section = "CrashShield__";

    private static readonly HashSet<string> Known =
    [
        .. File.ReadLines(Path.Combine(BuildPaths.Docs, "configuration.md"))
            .Where(line => line.StartsWith("| `", StringComparison.Ordinal))
            .Select(line => line.Split('`')[1]),
    ];

    /// <summary>The setting that an environment variable names and that is not known, or <see langword="null"/>.</summary>
    public static string? Unknown(string variable) =>
        variable.StartsWith(Section, StringComparison.Ordinal) && Name(variable) is var name && !Known.Contains(name) ? name : null;

    private static string Name(string variable) => variable[Section.Length..].Replace("__", ":", StringComparison.Ordinal);
}
