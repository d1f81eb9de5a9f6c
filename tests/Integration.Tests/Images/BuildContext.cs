using System.Diagnostics;
using CrashShield.Integration.Tests.Processes;

namespace CrashShield.Integration.Tests.Images;

/// <summary>
/// The Dockerfile's build stage without an engine: its files alone, as .dockerignore leaves them, in a folder of their own, and its own publish commands.
/// </summary>
internal sealed class BuildContext : IDisposable
{
    private const string Rid = "linux-x64";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("crashshield-image-");

    /// <summary>The published sample, with the init beside it.</summary>
    public string App => Path.Combine(Out, "app");

    private string Out => Path.Combine(_folder.FullName, "out");

    public static IReadOnlyList<Publish> Publishes(Dockerfile file) =>
    [
        .. file.Stages[0].All("RUN").Where(run => run.Arguments.StartsWith("dotnet publish ", StringComparison.Ordinal)).Select(run =>
        {
            var words = run.Words.ToList();
            return new Publish(words[2], words[words.IndexOf("-o") + 1], words);
        }),
    ];

    public static async Task<BuildContext> BuildAsync()
    {
        var context = new BuildContext();
        try
        {
            await context.BuildAsync(Dockerfile.Load());
            return context;
        }
        catch
        {
            context.Dispose();
            throw;
        }
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private async Task BuildAsync(Dockerfile file)
    {
        foreach (var copy in file.Stages[0].All("COPY"))
        {
            foreach (var source in copy.Words.SkipLast(1))
                Copy(source, copy.Words[^1]);
        }

        foreach (var publish in Publishes(file))
        {
            var command = publish.Command
                .Select(word => word.Replace("${RID}", Rid, StringComparison.Ordinal).Replace("/out/", Out + "/", StringComparison.Ordinal)).ToList();
            var run = await CommandRun.OfAsync(new ProcessStartInfo(command[0], command.Skip(1))
            {
                WorkingDirectory = _folder.FullName,
                // Else the build leaves processes behind that wait for the next one.
                Environment = { ["MSBUILDDISABLENODEREUSE"] = "1", ["UseSharedCompilation"] = "false" },
            });
            run.AssertSucceeded();
        }
    }

    private void Copy(string source, string target)
    {
        var ignore = DockerIgnore.Load();
        var from = Path.Combine(BuildPaths.Repository, source);
        var files = Directory.Exists(from) ? Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories) : [from];
        foreach (var file in files.Where(file => ignore.Includes(Path.GetRelativePath(BuildPaths.Repository, file))))
        {
            var path = file == from ? Path.GetFileName(file) : Path.GetRelativePath(from, file);
            var to = Path.Combine(_folder.FullName, target, path);
            Directory.CreateDirectory(Path.GetDirectoryName(to)!);
            File.Copy(file, to);
        }
    }
}
