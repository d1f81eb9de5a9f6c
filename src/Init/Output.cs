using System.Text;
using CrashShield.Init.Processes;

namespace CrashShield.Init;

/// <summary>
/// Lines on the standard streams. <see cref="Console"/> would set up the terminal and the runtime's own handling of SIGCHLD, and cost a
/// megabyte.
/// </summary>
internal static class Output
{
    /// <summary>What happened, for whoever runs the service.</summary>
    public static void Log(string line) => Write(2, $"crashshield-init: {line}\n");

    public static void Print(string text) => Write(1, text + "\n");

    private static void Write(int descriptor, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text).AsSpan();
        while (bytes.Length > 0)
        {
            var written = ProcessCalls.Write(descriptor, bytes, (nuint)bytes.Length);
            // Nobody reads any more, or a terminal is gone: the service matters more than its log.
            if (written <= 0)
                return;
            bytes = bytes[(int)written..];
        }
    }
}
