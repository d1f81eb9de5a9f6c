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

    [LibraryImport("libc", EntryPoint = "signalfd", SetLastError = true)]
    public static partial int SignalDescriptor(int descriptor, SignalSet* set, int flags);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    public static partial nint Read(int descriptor, Span<byte> buffer, nuint count);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    public static partial nint Write(int descriptor, ReadOnlySpan<byte> bytes, nuint count);
}
