using System.Collections.Concurrent;
using CrashShield.Integration.Tests.Processes;

namespace CrashShield.Integration.Tests.Kubernetes;

/// <summary>What kustomize makes of the folders of k8s, which is what a cluster gets.</summary>
internal static class Kustomization
{
    public const string Production = "overlays/production";

    private static readonly ConcurrentDictionary<string, Lazy<Task<string>>> Built = new();

    /// <summary>Each folder with a kustomization, from k8s on.</summary>
    public static IReadOnlyList<string> Paths { get; } =
    [
        .. Directory.EnumerateFiles(BuildPaths.Kubernetes, "kustomization.yaml", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(BuildPaths.Kubernetes, Path.GetDirectoryName(file)!))
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>Builds a base or an overlay as it is, and a component on the base; each of them once.</summary>
    public static Task<string> BuildAsync(string path)
    {
        // No package of Debian's has a kubectl that knows components, so ./test.sh cannot install one.
        Assert.SkipUnless(SystemPackage.IsThere("kubectl"), "needs kubectl 1.21 or later");
        return Built.GetOrAdd(path, of => new(() => of.StartsWith("components", StringComparison.Ordinal)
            ? BuildComponentAsync(of)
            : BuildFolderAsync(Path.Combine(BuildPaths.Kubernetes, of)))).Value;
    }

    private static async Task<string> BuildComponentAsync(string path)
    {
        var folder = Directory.CreateTempSubdirectory("crashshield-overlay-");
        try
        {
            // kustomize takes relative paths only.
            string Relative(string of) => Path.GetRelativePath(folder.FullName, Path.Combine(BuildPaths.Kubernetes, of));
            await File.WriteAllTextAsync(
                Path.Combine(folder.FullName, "kustomization.yaml"),
                $"namespace: shop\nresources:\n  - {Relative("base")}\ncomponents:\n  - {Relative(path)}\n");
            return await BuildFolderAsync(folder.FullName);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<string> BuildFolderAsync(string folder)
    {
        var run = await CommandRun.OfAsync("kubectl", "kustomize", folder);
        run.AssertSucceeded();
        return run.Output;
    }
}
