using System.Text;

namespace CrashShield.Init.Processes;

/// <summary>A script without <c>#!</c>, which the kernel does not execute: execvp(3) and each shell have /bin/sh run it, and so does the init.</summary>
internal static class ShellScript
{
    private const string DefaultPath = "/bin:/usr/bin";

    /// <summary>The command that runs it.</summary>
    /// <param name="command">The script, found by PATH, and its arguments.</param>
    /// <param name="path">The value of PATH.</param>
    public static byte[][] CommandOf(IReadOnlyList<byte[]> command, string? path) =>
        ["/bin/sh"u8.ToArray(), Find(command[0], path ?? DefaultPath), .. command.Skip(1)];

    private static byte[] Find(byte[] name, string path)
    {
        if (name.Contains((byte)'/'))
            return name;
        var text = Encoding.UTF8.GetString(name);
        var found = path.Split(':').Select(folder => Path.Combine(folder.Length > 0 ? folder : ".", text)).FirstOrDefault(IsExecutable);
        return found is null ? name : Encoding.UTF8.GetBytes(found);
    }

    private static bool IsExecutable(string file) =>
        File.Exists(file) && (File.GetUnixFileMode(file) & (UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute)) != 0;
}
