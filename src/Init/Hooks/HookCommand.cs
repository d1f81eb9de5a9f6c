using System.Buffers;
using System.Text;

namespace CrashShield.Init.Hooks;

/// <summary>The command of a hook as it stands on the command line: words, or a script for the shell. Images without a shell have the former.</summary>
internal static class HookCommand
{
    // What means something to a shell, and not to execve.
    private static readonly SearchValues<char> Shells = SearchValues.Create("|&;<>()$`\\\"'*?[]#~=%{}!\n\t");

    public static List<byte[]> Of(string command)
    {
        string[] words = command.AsSpan().ContainsAny(Shells) ? ["/bin/sh", "-c", command] : command.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return [.. words.Select(Encoding.UTF8.GetBytes)];
    }
}
