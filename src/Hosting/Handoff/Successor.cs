using System.Collections;
using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Text;

namespace CrashShield.Hosting.Handoff;

/// <summary>
/// A new process of the same command line, with one end of a control channel. Not by <see cref="System.Diagnostics.Process"/>: that passes on no descriptor, and the mask of the thread that calls it.
/// posix_spawn(3); everything of the system that it takes is here.
/// </summary>
internal static unsafe partial class Successor
{
    // sizeof(posix_spawnattr_t) is 336, of posix_spawn_file_actions_t 80, of sigset_t 128, with glibc and no more with musl.
    private const int AttributesSize = 512;
    private const int SetMask = 0x08;
    private const int SignalSetSize = 128;
    private const int Usr1 = 10;
    private const int Usr2 = 12;
    private const int KillSignal = 9;
    private const int NoHang = 1;

    /// <summary>Starts it.</summary>
    /// <param name="control">The descriptor that it gets as its control channel.</param>
    /// <param name="generation">Its generation.</param>
    /// <returns>Its process id.</returns>
    /// <exception cref="IOException">It cannot be started.</exception>
    public static int Start(int control, int generation)
    {
        var variables = Environment.GetEnvironmentVariables().Cast<DictionaryEntry>().ToDictionary(pair => (string)pair.Key, pair => (string?)pair.Value);
        var arguments = Arguments(File.ReadAllText("/proc/self/cmdline"));
        variables[LedWorker.DescriptorVariable] = $"{control}";
        variables[WorkerBuild.GenerationVariable] = $"{generation}";
        return Spawn(Program(arguments[0]), arguments, [.. variables.Select(pair => $"{pair.Key}={pair.Value}")], control);
    }

    /// <summary>Ends it at once.</summary>
    public static void Kill(int pid) => _ = kill(pid, KillSignal);

    /// <summary>How it has ended, for a person; reaps it.</summary>
    /// <returns><see langword="null"/> when it has not yet.</returns>
    public static string? Ending(int pid)
    {
        int status;
        var ended = waitpid(pid, &status, NoHang);
        if (ended == 0)
            return null;
        // Whoever else reaps children of this process was first.
        if (ended != pid)
            return "ended";
        var signal = status & 0x7f;
        return signal == 0 ? $"exited with code {(status >> 8) & 0xff}" : $"was ended by signal {signal}";
    }

    /// <summary>The arguments of a /proc/self/cmdline: each ends with a NUL, and may be empty.</summary>
    internal static string[] Arguments(string commandLine) => (commandLine is [.. var all, '\0'] ? all : commandLine).Split('\0');

    /// <summary>The program as it was called: a symbolic link on the way may lead to another release by now, and the path of this process is resolved. One that was searched for is not called by a path.</summary>
    internal static string Program(string called) => called.Contains('/', StringComparison.Ordinal) && File.Exists(called) ? Path.GetFullPath(called) : Resolved();

    // The file may have been replaced: that is what a restart is for.
    private static string Resolved() => (Environment.ProcessPath ?? throw new IOException("The program of this process is not known.")).Replace(" (deleted)", "", StringComparison.Ordinal);

    private static int Spawn(string program, string[] arguments, string[] variables, int inherited)
    {
        var attributes = stackalloc byte[AttributesSize];
        var actions = stackalloc byte[AttributesSize];
        var mask = stackalloc byte[SignalSetSize];
        using var argumentList = new StringList(arguments);
        using var variableList = new StringList(variables);
        Check(posix_spawnattr_init(attributes));
        Check(posix_spawn_file_actions_init(actions));
        try
        {
            // Signals that come before it listens stay pending.
            _ = sigemptyset(mask);
            _ = sigaddset(mask, Usr1);
            _ = sigaddset(mask, Usr2);
            Check(posix_spawnattr_setsigmask(attributes, mask));
            Check(posix_spawnattr_setflags(attributes, SetMask));
            // Onto itself: that clears the flag by which it would be closed.
            Check(posix_spawn_file_actions_adddup2(actions, inherited, inherited));
            int pid;
            Check(posix_spawn(&pid, program, actions, attributes, argumentList.Pointer, variableList.Pointer));
            return pid;
        }
        finally
        {
            _ = posix_spawn_file_actions_destroy(actions);
            _ = posix_spawnattr_destroy(attributes);
        }
    }

    // These return the error, and do not set errno.
    private static void Check(int error)
    {
        if (error != 0)
            throw new IOException($"The new process cannot be started: {new Win32Exception(error).Message}", error);
    }

    [LibraryImport("libc")]
    private static partial int posix_spawnattr_init(byte* attributes);

    [LibraryImport("libc")]
    private static partial int posix_spawnattr_setflags(byte* attributes, short flags);

    [LibraryImport("libc")]
    private static partial int posix_spawnattr_setsigmask(byte* attributes, byte* mask);

    [LibraryImport("libc")]
    private static partial int posix_spawnattr_destroy(byte* attributes);

    [LibraryImport("libc")]
    private static partial int posix_spawn_file_actions_init(byte* actions);

    [LibraryImport("libc")]
    private static partial int posix_spawn_file_actions_adddup2(byte* actions, int from, int to);

    [LibraryImport("libc")]
    private static partial int posix_spawn_file_actions_destroy(byte* actions);

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int posix_spawn(int* pid, string path, byte* actions, byte* attributes, byte** arguments, byte** variables);

    [LibraryImport("libc")]
    private static partial int sigemptyset(byte* set);

    [LibraryImport("libc")]
    private static partial int sigaddset(byte* set, int signal);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int kill(int pid, int signal);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int waitpid(int pid, int* status, int options);

    // char *const[] with the null at its end.
    private sealed class StringList : IDisposable
    {
        private readonly int _count;

        public StringList(string[] texts)
        {
            _count = texts.Length;
            Pointer = (byte**)NativeMemory.AllocZeroed((nuint)(texts.Length + 1), (nuint)sizeof(byte*));
            for (var i = 0; i < texts.Length; i++)
            {
                var length = Encoding.UTF8.GetByteCount(texts[i]);
                Pointer[i] = (byte*)NativeMemory.AllocZeroed((nuint)length + 1);
                Encoding.UTF8.GetBytes(texts[i], new Span<byte>(Pointer[i], length));
            }
        }

        public byte** Pointer { get; }

        public void Dispose()
        {
            for (var i = 0; i < _count; i++)
                NativeMemory.Free(Pointer[i]);
            NativeMemory.Free(Pointer);
        }
    }
}
