using System.Diagnostics;

namespace CrashShield.Integration.Tests.Processes;

/// <summary>A command that was run to its end.</summary>
/// <param name="ExitCode">Its exit code.</param>
/// <param name="Output">Its standard output.</param>
/// <param name="Errors">Its standard error.</param>
internal sealed record CommandRun(int ExitCode, string Output, string Errors)
{
    public static Task<CommandRun> OfAsync(string command, params IEnumerable<string> arguments) => OfAsync(new ProcessStartInfo(command, arguments));

    /// <param name="start">The command, and how it is to be run.</param>
    /// <param name="input">What the command reads from its standard input.</param>
    public static async Task<CommandRun> OfAsync(ProcessStartInfo start, string? input = null)
    {
        start.RedirectStandardInput = input is not null;
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        if (input is not null)
        {
            await process.StandardInput.WriteAsync(input);
            process.StandardInput.Close();
        }

        await process.WaitForExitAsync();
        return new(process.ExitCode, await output, await errors);
    }

    public void AssertSucceeded() => Assert.True(ExitCode == 0, $"Exit code {ExitCode}: {Output}{Errors}");
}
