using CrashShield.Integration.Tests.Processes;

namespace CrashShield.Integration.Tests.Publishing;

/// <summary>A <c>dotnet publish</c>, as a release build.</summary>
internal static class DotnetPublish
{
    private static readonly TimeSpan Bound = TimeSpan.FromMinutes(15);

    /// <summary>Runs it, and skips the test where a package of the SDK's cannot be had.</summary>
    /// <param name="project">The folder of the project.</param>
    /// <param name="output">Where the program goes.</param>
    /// <param name="options">More options. They name folders for what comes in between: a build that runs at the same time is not to find another restore's assets.</param>
    /// <returns>What it has printed.</returns>
    public static async Task<IReadOnlyList<string>> RunAsync(string project, string output, params IEnumerable<string> options)
    {
        await using var publish = ChildProcess.StartCommand(
            new Dictionary<string, string>(), ["dotnet", "publish", project, "-c", "Release", "-o", output, "-nologo", .. options]);
        var exitCode = await publish.WaitForExitAsync(Bound);
        Assert.SkipWhen(
            publish.Output.Any(line => line.Contains("NU1101", StringComparison.Ordinal) || line.Contains("NU1301", StringComparison.Ordinal)),
            "needs the package Microsoft.DotNet.ILCompiler, and those of the runtime");
        Assert.True(exitCode == 0, string.Join('\n', [.. publish.Output, .. publish.Errors]));
        return publish.Output;
    }
}
