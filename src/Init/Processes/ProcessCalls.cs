using System.Runtime.InteropServices;

namespace CrashShield.Init.Processes;

/// <summary>Processes and signals, libc. Those that cannot fail as they are used here return nothing.</summary>
internal static unsafe partial class ProcessCalls
{
    public const int SetSubreaper = 36;
    public const int ExecutedFileName = 31; // AT_EXECFN
    public const int BlockSignals = 0;
    public const int DefaultAction = 0;
    public const int IgnoreAction = 1;
    public const int GetDescriptorFlags = 1; // F_GETFD
    public const int SignalDescriptorFlags = 0x80000 | 0x800; // SFD_CLOEXEC | SFD_NONBLOCK

    [LibraryImport("libc", EntryPoint = "getpid")]
    public static partial int GetProcessId();

    [LibraryImport("libc", EntryPoint = "getauxval")]
    public static partial byte* GetAuxiliaryValue(nuint type);

    [LibraryImport("libc", EntryPoint = "prctl", SetLastError = true)]
    public static partial int Prctl(int option, nuint argument, nuint unused3, nuint unused4, nuint unused5);

    [LibraryImport("libc", EntryPoint = "execve", SetLastError = true)]
    public static partial int Execute(byte* path, byte** arguments, byte** environment);

    [LibraryImport("libc", EntryPoint = "pthread_sigmask")]
    public static partial void SetSignalMask(int how, SignalSet* set, SignalSet* old);

    [LibraryImport("libc", EntryPoint = "signal", SetLastError = true)]
    public static partial nint SetAction(int signal, nint action);

    [LibraryImport("libc", EntryPoint = "sigaction", SetLastError = true)]
    public static partial int GetAction(int signal, void* none, void* action);

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    public static partial int Control(int descriptor, int command, int argument);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int OpenFile(string path, int flags, int mode);

    [LibraryImport("libc", EntryPoint = "dup2")]
    public static partial void Duplicate(int descriptor, int target);

    [LibraryImport("libc", EntryPoint = "close")]
    public static partial void CloseFile(int descriptor);

    [LibraryImport("libc", EntryPoint = "getcwd", SetLastError = true)]
    public static partial nint GetWorkingDirectory(byte* path, nuint size);

    [LibraryImport("libc", EntryPoint = "signalfd", SetLastError = true)]
    public static partial int SignalDescriptor(int descriptor, SignalSet* set, int flags);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    public static partial nint Read(int descriptor, Span<byte> buffer, nuint count);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    public static partial nint Write(int descriptor, ReadOnlySpan<byte> bytes, nuint count);
}
