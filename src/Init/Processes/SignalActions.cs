using System.Globalization;

namespace CrashShield.Init.Processes;

/// <summary>What a process does with signals, from /proc/PID/status.</summary>
internal static class SignalActions
{
    // Caught, ignored, or blocked to be waited for: a signal to it does what the program wants.
    private static readonly string[] Handled = ["SigCgt:", "SigIgn:", "SigBlk:"];

    /// <returns>Null when it cannot be told.</returns>
    public static bool? Handles(int processId, Signal signal)
    {
        try
        {
            var signals = 0UL;
            foreach (var line in File.ReadLines($"/proc/{processId}/status"))
            {
                if (Handled.Any(name => line.StartsWith(name, StringComparison.Ordinal)))
                    signals |= ulong.Parse(line.AsSpan("SigCgt:".Length).Trim(), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
            }

            return ((signals >> ((int)signal - 1)) & 1) == 1;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException)
        {
            return null;
        }
    }
}
