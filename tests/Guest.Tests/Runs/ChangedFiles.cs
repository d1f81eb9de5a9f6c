using System.Diagnostics;

namespace CrashShield.Guest.Tests.Runs;

/// <summary>The files of the repository that the change in hand touches: what is not committed, and the last commit.</summary>
internal static class ChangedFiles
{
    public static IReadOnlyList<string> All { get; } = [.. Git("diff", "--name-only", "HEAD~1").Union(Git("ls-files", "--others", "--exclude-standard"))];

    // Where there is no git, or no commit before, nothing is known to have changed.
    private static string[] Git(params string[] arguments)
    {
        try
        {
            using var git = Process.Start(new ProcessStartInfo("git", ["-C", BuildPaths.Repository, .. arguments])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;
            var output = git.StandardOutput.ReadToEnd();
            git.WaitForExit();
            return git.ExitCode == 0 ? output.Split('\n', StringSplitOptions.RemoveEmptyEntries) : [];
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return [];
        }
    }
}
