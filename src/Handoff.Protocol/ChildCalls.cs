using System.Runtime.InteropServices;

namespace CrashShield.Handoff.Protocol;

/// <summary>Child processes, libc: posix_spawn(3), waitpid(2), kill(2). Those that cannot fail as they are used here return nothing.</summary>
internal static unsafe partial class ChildCalls
{
    public const int NoHang = 1; // WNOHANG
    public const short SetGroup = 2; // POSIX_SPAWN_SETPGROUP, to 0 by default: one of its own
    public const short SetSignalDefaults = 4; // POSIX_SPAWN_SETSIGDEF
    public const short SetSignalMask = 8; // POSIX_SPAWN_SETSIGMASK

    // posix_spawnattr_t has 336 bytes in glibc and musl, posix_spawn_file_actions_t 80.
    public const int OpaqueSize = 512;

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    public static partial int Kill(int processId, int signal);

    [LibraryImport("libc", EntryPoint = "waitpid", SetLastError = true)]
    public static partial int WaitPid(int processId, out int status, int options);

    [LibraryImport("libc", EntryPoint = "posix_spawnp")]
    public static partial int Spawn(out int processId, byte* file, byte* actions, byte* attributes, byte** arguments, byte** environment);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_init")]
    public static partial void InitActions(byte* actions);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_adddup2")]
    public static partial void AddDup2(byte* actions, int descriptor, int target);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_addchdir_np")]
    public static partial void AddDirectory(byte* actions, byte* path);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_destroy")]
    public static partial void DestroyActions(byte* actions);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_init")]
    public static partial void InitAttributes(byte* attributes);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_setflags")]
    public static partial void SetFlags(byte* attributes, short flags);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_setsigmask")]
    public static partial void SetMask(byte* attributes, SignalSet* set);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_setsigdefault")]
    public static partial void SetDefaults(byte* attributes, SignalSet* set);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_destroy")]
    public static partial void DestroyAttributes(byte* attributes);
}
