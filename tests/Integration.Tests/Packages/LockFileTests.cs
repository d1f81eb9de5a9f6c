using System.Text.Json.Nodes;
using CrashShield.Integration.Tests.Images;
using CrashShield.Integration.Tests.Processes;

namespace CrashShield.Integration.Tests.Packages;

/// <summary>What <c>eng/lock-packages.sh</c> has written is there for each project, and says nothing of the machine that wrote it.</summary>
public class LockFileTests
{
    private const string Runtime = "linux-x64";

    private static IEnumerable<string> Projects => Files("*.csproj");

    [Fact]
    public void EachProjectHasALockFile() => Assert.All(Projects, project => Assert.True(File.Exists(LockFile(project)), LockFile(project)));

    [Fact]
    public void WhatIsPublishedForARuntimeHasALockFileOfIt()
    {
        var published = BuildContext.Publishes(Dockerfile.Load()).Select(publish => Path.Combine(BuildPaths.Repository, publish.Project));
        // What the sample references is restored for the same runtime.
        string[] projects = [.. published, .. Projects.Where(project => Path.GetFileNameWithoutExtension(project) is "Grpc" or "Hosting" or "Middleware")];

        Assert.Equal(5, projects.Length);
        Assert.All(projects, project =>
        {
            var path = LockFile(project, Runtime + ".");
            Assert.True(File.Exists(path), path);
            Assert.Contains($"net10.0/{Runtime}", JsonNode.Parse(File.ReadAllText(path))!["dependencies"]!.AsObject().Select(target => target.Key));
        });
    }

    [Fact]
    public void NoLockFileNamesARegistry() => Assert.All(Files("packages*.lock.json"), path => Assert.DoesNotContain("://", File.ReadAllText(path)));

    private static string LockFile(string project, string runtime = "") => Path.Combine(Path.GetDirectoryName(project)!, $"packages.{runtime}lock.json");

    private static IEnumerable<string> Files(string pattern) => new[] { "src", "samples", "tests", "bench" }
        .SelectMany(folder => Directory.EnumerateFiles(Path.Combine(BuildPaths.Repository, folder), pattern, SearchOption.AllDirectories))
        .Where(path => !path.Split(Path.DirectorySeparatorChar).Any(name => name is "bin" or "obj"));
}
