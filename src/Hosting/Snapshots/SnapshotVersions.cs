using System.Reflection;
using System.Runtime.InteropServices;

namespace CrashShield.Hosting.Snapshots;

/// <summary>What ran where.</summary>
internal sealed record SnapshotVersions(string? Application, string? ApplicationVersion, string? CrashShield, string Runtime, string Os, string Architecture)
{
    public static SnapshotVersions Current { get; } = new(
        Assembly.GetEntryAssembly()?.GetName().Name,
        VersionOf(Assembly.GetEntryAssembly()),
        VersionOf(typeof(SnapshotVersions).Assembly),
        RuntimeInformation.FrameworkDescription,
        RuntimeInformation.OSDescription,
        RuntimeInformation.ProcessArchitecture.ToString());

    private static string? VersionOf(Assembly? assembly) =>
        assembly?.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? assembly?.GetName().Version?.ToString();
}
