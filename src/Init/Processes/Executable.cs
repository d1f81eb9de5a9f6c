using System.Text;

namespace CrashShield.Init.Processes;

internal static unsafe class Executable
{
    /// <summary>Replaces this process by a program.</summary>
    /// <returns>Only on failure: errno.</returns>
    public static int Replace(string path, IReadOnlyList<byte[]> arguments, IReadOnlyList<byte[]> environment)
    {
        using var file = new CStrings([Encoding.UTF8.GetBytes(path)]);
        using var argv = new CStrings(arguments);
        using var envp = new CStrings(environment);
        ProcessCalls.Execute(file.Pointer[0], argv.Pointer, envp.Pointer);
        return Errno.Last;
    }
}
