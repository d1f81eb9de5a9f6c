namespace CrashShield.Integration.Tests.Processes;

/// <summary>What the kernel says of the machine's listening sockets.</summary>
internal static class ListeningPorts
{
    /// <summary>The addresses that somebody listens on at a port.</summary>
    public static async Task<string[]> AtAsync(int port)
    {
        SystemPackage.Require("iproute2", "ss");
        var run = await CommandRun.OfAsync("ss", "-ltnH", "sport", "=", $":{port}");
        run.AssertSucceeded();
        return [.. run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[3])];
    }
}
