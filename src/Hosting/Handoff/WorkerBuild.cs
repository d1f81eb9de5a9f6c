using System.Reflection;
using CrashShield.Handoff.Protocol;

namespace CrashShield.Hosting.Handoff;

/// <summary>What a worker is, for the one that decides whether it may take over.</summary>
/// <param name="Version">The version of the application: <c>CrashShield:Handoff:Version</c>, or the entry assembly's.</param>
/// <param name="Build">Tells builds of the same version apart: the module version id of the entry assembly.</param>
/// <param name="Generation">1 for the first worker, one more for each that was started since.</param>
public sealed record WorkerBuild(Version Version, string Build, int Generation)
{
    /// <summary>The generation of this process: 1 unless a hot restart or a restart by <c>crashshield-init</c> has begun it.</summary>
    public static int CurrentGeneration { get; } = int.TryParse(Environment.GetEnvironmentVariable(WorkerVariables.Generation), out var generation) && generation > 0 ? generation : 1;

    internal static WorkerBuild Current(Version? version)
    {
        var entry = Assembly.GetEntryAssembly();
        return new(version ?? entry?.GetName().Version ?? new Version(0, 0), entry?.ManifestModule.ModuleVersionId.ToString("N") ?? "", CurrentGeneration);
    }

    /// <summary>The default rule: the same major version.</summary>
    internal static string? SameMajor(WorkerBuild old, WorkerBuild next) => old.Version.Major == next.Version.Major
        ? null
        : $"version {next.Version} has another major version than {old.Version}";
}
