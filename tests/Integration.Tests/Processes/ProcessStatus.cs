using System.Globalization;

namespace CrashShield.Integration.Tests.Processes;

/// <summary>What /proc/PID/status tells of a process, proc(5).</summary>
internal static class ProcessStatus
{
    public const string Blocked = "SigBlk";
    public const string Pending = "ShdPnd";

    public static bool Has(int processId, string field, UnixSignal signal) => Has(File.ReadAllText($"/proc/{processId}/status"), field, signal);

    public static bool Has(string status, string field, UnixSignal signal) => ((Set(status, field) >> ((int)signal - 1)) & 1) == 1;

    /// <summary>A set of signals: signal n is bit n - 1.</summary>
    public static ulong Set(int processId, string field) => Set(File.ReadAllText($"/proc/{processId}/status"), field);

    private static ulong Set(string status, string field)
    {
        var line = status.Split('\n').Single(line => line.StartsWith(field + ":", StringComparison.Ordinal));
        return ulong.Parse(line.AsSpan(field.Length + 1).Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
    }

    /// <summary>The parent of a process.</summary>
    public static int Parent(int processId) => int.Parse(
        File.ReadLines($"/proc/{processId}/status").Single(line => line.StartsWith("PPid:", StringComparison.Ordinal)).AsSpan("PPid:".Length).Trim(), CultureInfo.InvariantCulture);

    /// <summary>Whether a process has ended and nobody has asked how.</summary>
    public static bool IsZombie(string status) => status.Contains("\nState:\tZ", StringComparison.Ordinal);

    /// <summary>The name of the program that runs: <c>dotnet</c> once it is no more <c>env</c> or <c>sh</c>.</summary>
    public static string Name(int processId) => File.ReadAllText($"/proc/{processId}/comm").Trim();
}
