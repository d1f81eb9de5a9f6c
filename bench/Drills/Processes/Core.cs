using System.Diagnostics;

namespace CrashShield.Drills.Processes;

/// <summary>Pins a process to a core, so that what is measured and what measures it do not share one.</summary>
internal static class Core
{
    public const int OfServers = 0;
    public const int OfLoad = 1;

    public static bool CanPin { get; } = OperatingSystem.IsLinux() && Environment.ProcessorCount > OfLoad && File.Exists("/usr/bin/taskset");

    /// <summary>Pins this process, with all of its threads, to the core of the load.</summary>
    public static async Task PinSelfAsync(CancellationToken cancellationToken)
    {
        if (!CanPin)
            return;
        using var taskset = Process.Start(new ProcessStartInfo("taskset", ["-a", "-c", "-p", $"{OfLoad}", $"{Environment.ProcessId}"]) { RedirectStandardOutput = true })!;
        await taskset.WaitForExitAsync(cancellationToken);
    }

    /// <summary>The command line that runs a .NET program on a core, or anywhere when there is only one.</summary>
    public static string[] Command(int? core, string assembly, IEnumerable<string> arguments) =>
        [.. core is { } number ? Pinned(number) : [], "dotnet", assembly, .. arguments];

    /// <summary>What stands before a command that is to run on a core.</summary>
    public static string[] Pinned(int core) => CanPin ? ["taskset", "-c", core.ToString()] : [];
}
