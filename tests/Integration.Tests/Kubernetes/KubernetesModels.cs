using System.Diagnostics;
using CrashShield.Integration.Tests.Processes;

namespace CrashShield.Integration.Tests.Kubernetes;

/// <summary>The API's schemas in npm's kubernetes-models, which know what is required.</summary>
internal static class KubernetesModels
{
    private static string Folder => Path.Combine(BuildPaths.Repository, "eng", "kubernetes-models");

    /// <returns>What is wrong with the manifests, a line a problem.</returns>
    public static async Task<IReadOnlyList<string>> CheckAsync(string manifests)
    {
        SystemPackage.Require("nodejs", "node");
        SystemPackage.RequireThat(
            File.Exists(Path.Combine(Folder, "node_modules", ".package-lock.json")), "needs the schemas of npm: npm ci --prefix eng/kubernetes-models");

        var run = await CommandRun.OfAsync(new ProcessStartInfo("node", [Path.Combine(Folder, "check.js")]), manifests);

        run.AssertSucceeded();
        return run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
