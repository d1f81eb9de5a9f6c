using System.Runtime.InteropServices;

namespace CrashShield.Init.Processes;

/// <summary>Processes and signals, libc. Those that cannot fail as they are used here return nothing.</summary>
internal static unsafe partial class ProcessCalls
{
    public const int SetSubreaper = 36;
    public const int NoHang = 1;
    public const int ExecutedFileName = 31; // AT_EXECFN
    public const int BlockSignals = 0;
    public const int DefaultAction = 0;
    public const int IgnoreAction = 1;
    public const int SignalDescriptorFlags = 0x80000 | 0x800; // SFD_CLOEXEC | SFD_NONBLOCK
    public const short SpawnSetSignalDefaults = 4;
    public const short SpawnSetSignalMask = 8;

    // posix_spawnattr_t has 336 bytes in glibc and musl, posix_spawn_file_actions_t 80.
    public const int OpaqueSize = 512;

    [LibraryImport("libc", EntryPoint = "getpid")]
    public static partial int GetProcessId();

    [LibraryImport("libc", EntryPoint = "getauxval")]
    public static partial byte* GetAuxiliaryValue(nuint type);

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    public static partial int Kill(int processId, int signal);

    [LibraryImport("libc", EntryPoint = "waitpid", SetLastError = true)]
    public static partial int WaitPid(int processId, out int status, int options);

    [LibraryImport("libc", EntryPoint = "prctl", SetLastError = true)]
    public static partial int Prctl(int option, nuint argument, nuint unused3, nuint unused4, nuint unused5);

    [LibraryImport("libc", EntryPoint = "execve", SetLastError = true)]
    public static partial int Execute(byte* path, byte** arguments, byte** environment);

    [LibraryImport("libc", EntryPoint = "pthread_sigmask")]
    public static partial void SetSignalMask(int how, SignalSet* set, SignalSet* old);

    [LibraryImport("libc", EntryPoint = "signal", SetLastError = true)]
    public static partial nint SetAction(int signal, nint action);

    [LibraryImport("libc", EntryPoint = "signalfd", SetLastError = true)]
    public static partial int SignalDescriptor(int descriptor, SignalSet* set, int flags);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    public static partial nint Read(int descriptor, Span<byte> buffer, nuint count);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    public static partial nint Write(int descriptor, ReadOnlySpan<byte> bytes, nuint count);

    [LibraryImport("libc", EntryPoint = "posix_spawnp")]
    public static partial int Spawn(out int processId, byte* file, byte* actions, byte* attributes, byte** arguments, byte** environment);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_init")]
    public static partial void InitActions(byte* actions);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_adddup2")]
    public static partial void AddDup2(byte* actions, int descriptor, int target);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_destroy")]
    public static partial void DestroyActions(byte* actions);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_init")]
    public static partial void InitAttributes(byte* attributes);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_setflags")]
    public static partial void SetFlags(byte* attributes, short flags);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_setsigmask")]
    public static partial void SetSpawnMask(byte* attributes, SignalSet* set);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_setsigdefault")]
    public static partial void SetSpawnDefaults(byte* attributes, SignalSet* set);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_destroy")]
    public static partial void DestroyAttributes(byte* attributes);
}
