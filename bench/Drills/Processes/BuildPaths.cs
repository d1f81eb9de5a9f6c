using System.Reflection;

namespace CrashShield.Drills.Processes;

/// <summary>Where the build put the programs that drills run; the project file writes it into the assembly.</summary>
internal static class BuildPaths
{
    public static string Load => Of("CrashShield.Load");

    public static string Servers => Of("CrashShield.Servers");

    public static string InitProbe => Of("CrashShield.InitProbe");

    public static string StartProbe => Of("CrashShield.StartProbe");

    public static string WorkProbe => Of("CrashShield.WorkProbe");

    /// <summary>crashshield-init as the build makes it, for <c>dotnet</c> to run.</summary>
    public static string Init => Of("crashshield-init");

    /// <summary>The project of the start probe.</summary>
    public static string StartProbeProject => Of("StartProbeProject");

    /// <summary>The project of crashshield-init, to publish it from.</summary>
    public static string InitProject => Of("InitProject");

    /// <summary>The project of the sample.</summary>
    public static string WebApiProject => Of("WebApiProject");

    public static string WebApi => Of("WebApi");

    public static string Services => Of("Services");

    private static string Of(string assembly) => typeof(BuildPaths).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .FirstOrDefault(attribute => attribute.Key == assembly)?.Value ?? throw new InvalidOperationException($"The build knows no '{assembly}'.");
}
