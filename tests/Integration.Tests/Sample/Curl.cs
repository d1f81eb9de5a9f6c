using System.Diagnostics;

namespace CrashShield.Integration.Tests.Sample;

/// <summary>curl, as a user of the README types it.</summary>
internal static class Curl
{
    /// <summary>Runs curl to its end.</summary>
    /// <returns>Its exit code, and the response with its headers.</returns>
    public static async Task<(int ExitCode, string Output)> RunAsync(params IEnumerable<string> arguments)
    {
        using var curl = Process.Start(new ProcessStartInfo("curl", ["-sS", "-i", "--max-time", "20", .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var output = curl.StandardOutput.ReadToEndAsync();
        await curl.StandardError.ReadToEndAsync();
        await curl.WaitForExitAsync();
        return (curl.ExitCode, await output);
    }
}
