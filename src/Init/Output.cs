using System.Text;
using CrashShield.Init.Processes;

namespace CrashShield.Init;

/// <summary>
/// Lines on the standard streams. <see cref="Console"/> would set up the terminal and the runtime's own handling of SIGCHLD, and cost a
/// megabyte.
/// </summary>
internal static class Output
{
    private static readonly LineWriter Errors = new(2);

    /// <summary>What happened, for whoever runs the service.</summary>
    public static void Log(string line) => Errors.Write($"crashshield-init: {line}");

    /// <summary>A line as it is, the name included, where nothing may be allocated.</summary>
    public static void Log(ReadOnlySpan<byte> line) => Errors.Write(line);

    /// <summary>The answer to who has run a sub-command, and waits for it.</summary>
    public static void Print(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text + "\n").AsSpan();
        while (bytes.Length > 0 && ProcessCalls.Write(1, bytes, (nuint)bytes.Length) is > 0 and var written)
            bytes = bytes[(int)written..];
    }
}
