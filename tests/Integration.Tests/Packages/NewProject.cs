using System.Diagnostics;
using CrashShield.Integration.Tests.Processes;

namespace CrashShield.Integration.Tests.Packages;

/// <summary>A project as <c>dotnet new</c> makes it, and a feed with packages of this repository.</summary>
internal sealed class NewProject : IDisposable
{
    public const string Version = "0.1.0-new";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("crashshield-new-");

    public string App => In("app");

    /// <summary>The code that the template has made.</summary>
    public string Program => Path.Combine(App, "Program.cs");

    private string Feed => In("feed");

    private static string UserPackages => Environment.GetEnvironmentVariable("NUGET_PACKAGES")
        ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");

    public string In(string name) => Path.Combine(_folder.FullName, name);

    public void Dispose() => _folder.Delete(recursive: true);

    public Task NewAsync(string template) => DotnetAsync(_folder.FullName, "new", template, "-o", App, "--no-restore");

    /// <summary>Packs projects into the feed, which the new project takes packages from.</summary>
    /// <param name="projects">Their folders in src.</param>
    /// <param name="options">More options of the pack.</param>
    public async Task AddFeedAsync(IEnumerable<string> projects, params string[] options)
    {
        foreach (var project in projects)
        {
            await DotnetAsync(
                BuildPaths.Repository,
                ["pack", $"src/{project}", "-c", "Release", "-o", Feed, $"-p:Version={Version}", "--artifacts-path", In("artifacts"), .. options]);
        }

        await DotnetAsync(App, "new", "nugetconfig");
        await DotnetAsync(App, "nuget", "add", "source", Feed, "--name", "local", "--configfile", Path.Combine(App, "nuget.config"));
    }

    public Task AddAsync(string package) => DotnetAsync(App, "add", "package", package, "--version", Version);

    public async Task DotnetAsync(string folder, params string[] arguments)
    {
        var run = await TryDotnetAsync(folder, arguments);
        Assert.True(run.ExitCode == 0, $"dotnet {string.Join(' ', arguments)}: {run.Output}{run.Errors}");
    }

    public Task<CommandRun> TryDotnetAsync(string folder, params string[] arguments) => CommandRun.OfAsync(new ProcessStartInfo("dotnet", arguments)
    {
        WorkingDirectory = folder,
        // Its own packages, or those of a test would stay in the user's; what others are there already is taken from there.
        Environment = { ["NUGET_PACKAGES"] = In("packages"), ["NUGET_FALLBACK_PACKAGES"] = UserPackages },
    });
}
