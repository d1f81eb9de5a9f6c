using System.Collections;
using System.ComponentModel;
using System.Text;
using CrashShield.Handoff.Protocol;
using CrashShield.Hosting.Signals;

namespace CrashShield.Hosting.Handoff;

/// <summary>
/// A new process of the same command line, with one end of a control channel. Not by <see cref="System.Diagnostics.Process"/>: that passes on no descriptor, and the mask of the thread that calls it.
/// </summary>
internal static class Successor
{
    /// <summary>Starts it.</summary>
    /// <param name="control">The descriptor that it gets as its control channel.</param>
    /// <param name="generation">Its generation.</param>
    /// <returns>Its process id.</returns>
    /// <exception cref="IOException">It cannot be started.</exception>
    public static int Start(int control, int generation)
    {
        var variables = Environment.GetEnvironmentVariables().Cast<DictionaryEntry>().ToDictionary(pair => (string)pair.Key, pair => (string?)pair.Value);
        variables[WorkerVariables.ControlDescriptor] = $"{control}";
        variables[WorkerVariables.Generation] = $"{generation}";
        var arguments = Arguments(File.ReadAllBytes("/proc/self/cmdline"));
        var program = Encoding.UTF8.GetBytes(Program(Encoding.UTF8.GetString(arguments[0])));
        List<byte[]> environment = [.. variables.Select(pair => Encoding.UTF8.GetBytes($"{pair.Key}={pair.Value}"))];
        // As this process was started: with more, its own children would be deaf to what the ones of this process hear.
        var blocked = default(SignalSet);
        blocked[0] = SignalMask.Blocked();
        if (Spawner.TrySpawn(program, arguments, environment, control, blocked, directory: null, out var pid) is not 0 and var error)
            throw new IOException($"The new process cannot be started: {new Win32Exception(error).Message}", error);
        return pid;
    }

    /// <summary>Ends it at once.</summary>
    public static void Kill(int pid) => _ = ChildCalls.Kill(pid, (int)Signal.Kill);

    /// <summary>How it has ended, for a person; reaps it.</summary>
    /// <returns><see langword="null"/> when it has not yet.</returns>
    public static string? Ending(int pid)
    {
        var ended = ChildCalls.WaitPid(pid, out var status, ChildCalls.NoHang);
        if (ended == 0)
            return null;
        // Whoever else reaps children of this process was first.
        return ended == pid ? ExitStatus.FromWait(status).ToString() : "ended";
    }

    /// <summary>The arguments of a /proc/self/cmdline: each ends with a NUL, and may be empty.</summary>
    internal static List<byte[]> Arguments(ReadOnlySpan<byte> commandLine)
    {
        List<byte[]> arguments = [];
        var all = commandLine is [.. var most, 0] ? most : commandLine;
        foreach (var argument in all.Split((byte)0))
            arguments.Add(all[argument].ToArray());
        return arguments;
    }

    /// <summary>The program as it was called: a symbolic link on the way may lead to another release by now, and the path of this process is resolved. One that was searched for is not called by a path.</summary>
    internal static string Program(string called) => called.Contains('/', StringComparison.Ordinal) && File.Exists(called) ? Path.GetFullPath(called) : Resolved();

    // The file may have been replaced: that is what a restart is for.
    private static string Resolved() => (Environment.ProcessPath ?? throw new IOException("The program of this process is not known.")).Replace(" (deleted)", "", StringComparison.Ordinal);
}
