using System.Runtime.InteropServices;
using System.Text;

namespace CrashShield.Init.Processes;

/// <summary>What this process was executed with, byte for byte: names that are no UTF-8 reach the worker as they came.</summary>
internal sealed class ProcessImage
{
    private ProcessImage(string executable, List<byte[]> arguments, List<byte[]> environment) =>
        (Executable, Arguments, Environment) = (executable, arguments, environment);

    /// <summary>
    /// The path of the binary as it was executed: a link that points to another one meanwhile leads there. Otherwise what it is, read while it
    /// still had this name.
    /// </summary>
    public string Executable { get; }

    public IReadOnlyList<byte[]> Arguments { get; }

    /// <summary>Entries <c>NAME=value</c>.</summary>
    public IReadOnlyList<byte[]> Environment { get; }

    /// <param name="arguments">Those of Main, for where /proc does not tell them.</param>
    public static ProcessImage Read(IReadOnlyList<string> arguments)
    {
        var executable = ExecutedPath() ?? ResolvedPath();
        return new(executable, TrySplit("/proc/self/cmdline") ?? GivenArguments(executable, arguments), TrySplit("/proc/self/environ") ?? GivenEnvironment());
    }

    /// <summary>The environment without some names and with some added.</summary>
    public List<byte[]> EnvironmentWith(IReadOnlyCollection<string> without, IEnumerable<KeyValuePair<string, string>> added)
    {
        List<byte[]> entries = [.. Environment.Where(entry => !without.Contains(NameOf(entry)))];
        entries.AddRange(added.Select(pair => Encoding.UTF8.GetBytes($"{pair.Key}={pair.Value}")));
        return entries;
    }

    public bool HasVariable(string name) => VariableOf(name) is not null;

    public string? VariableOf(string name) =>
        Environment.FirstOrDefault(entry => NameOf(entry) == name) is { } entry ? Encoding.UTF8.GetString(entry)[(name.Length + 1)..] : null;

    // The first argument is what its caller likes; this is what the kernel was given, getauxval(3).
    private static unsafe string? ExecutedPath() =>
        Marshal.PtrToStringUTF8((nint)ProcessCalls.GetAuxiliaryValue(ProcessCalls.ExecutedFileName)) is { Length: > 0 } path && File.Exists(path)
            ? Path.GetFullPath(path)
            : null;

    private static string ResolvedPath()
    {
        const string Deleted = " (deleted)";
        var executable = new FileInfo("/proc/self/exe").LinkTarget ?? "/proc/self/exe";
        return executable.EndsWith(Deleted, StringComparison.Ordinal) ? executable[..^Deleted.Length] : executable;
    }

    private static string NameOf(byte[] entry)
    {
        var end = entry.AsSpan().IndexOf((byte)'=');
        return Encoding.UTF8.GetString(entry, 0, end < 0 ? entry.Length : end);
    }

    // `dotnet crashshield-init.dll`: the host's own argument comes first.
    private static List<byte[]> GivenArguments(string executable, IReadOnlyList<string> arguments)
    {
        var program = System.Environment.GetCommandLineArgs()[0];
        IEnumerable<string> own = program.EndsWith(".dll", StringComparison.Ordinal) ? [executable, program] : [executable];
        return [.. own.Concat(arguments).Select(Encoding.UTF8.GetBytes)];
    }

    // environ(7): /proc/self/environ is root's where the file has capabilities, and the process another user's.
    private static unsafe List<byte[]> GivenEnvironment()
    {
        List<byte[]> entries = [];
        var entry = *(byte***)NativeLibrary.GetExport(NativeLibrary.GetMainProgramHandle(), "environ");
        for (; entry is not null && *entry is not null; entry++)
            entries.Add(MemoryMarshal.CreateReadOnlySpanFromNullTerminated(*entry).ToArray());
        return entries;
    }

    private static List<byte[]>? TrySplit(string path)
    {
        try
        {
            return Split(File.ReadAllBytes(path));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static List<byte[]> Split(ReadOnlySpan<byte> rest)
    {
        List<byte[]> parts = [];
        for (int end; (end = rest.IndexOf((byte)0)) >= 0; rest = rest[(end + 1)..])
            parts.Add(rest[..end].ToArray());
        return parts;
    }
}
