using System.Runtime.InteropServices;

namespace CrashShield.Init.Listeners;

/// <summary>Sockets, libc. Every one that is made here has FD_CLOEXEC.</summary>
internal static partial class SocketCalls
{
    public const int Stream = 1;
    public const int Datagram = 2;
    public const int CloseOnExec = 0x80000; // SOCK_CLOEXEC
    public const int NonBlocking = 0x800; // SOCK_NONBLOCK
    public const int SocketLevel = 1;
    public const int ReuseAddress = 2;
    public const int PeerCredentials = 17; // SO_PEERCRED: struct ucred, which begins with the process id
    public const int AcceptsConnections = 30;
    public const int V6Level = 41;
    public const int V6Only = 26;
    public const int NoSignal = 0x4000; // MSG_NOSIGNAL
    public const int DoNotWait = 0x40; // MSG_DONTWAIT

    private const int SetDescriptorFlags = 2; // F_SETFD
    private const int FilterDetach = 27; // SO_DETACH_FILTER

    public static int SetCloseOnExec(int descriptor, bool close) => Control(descriptor, SetDescriptorFlags, close ? 1 : 0);

    /// <summary>Takes the filter away that a socket may have. Without one it changes nothing.</summary>
    public static void DetachFilter(int descriptor) => SetOption(descriptor, SocketLevel, FilterDetach, 0, sizeof(int));

    [LibraryImport("libc", EntryPoint = "socket", SetLastError = true)]
    public static partial int Open(int family, int type, int protocol);

    [LibraryImport("libc", EntryPoint = "bind", SetLastError = true)]
    public static partial int Bind(int descriptor, ReadOnlySpan<byte> address, uint length);

    [LibraryImport("libc", EntryPoint = "connect", SetLastError = true)]
    public static partial int Connect(int descriptor, ReadOnlySpan<byte> address, uint length);

    [LibraryImport("libc", EntryPoint = "listen", SetLastError = true)]
    public static partial int Listen(int descriptor, int backlog);

    [LibraryImport("libc", EntryPoint = "accept4", SetLastError = true)]
    public static partial int Accept(int descriptor, nint address, nint length, int flags);

    [LibraryImport("libc", EntryPoint = "getsockname", SetLastError = true)]
    public static partial int GetName(int descriptor, Span<byte> address, ref uint length);

    [LibraryImport("libc", EntryPoint = "getsockopt", SetLastError = true)]
    public static partial int GetOption(int descriptor, int level, int option, ref int value, ref uint length);

    [LibraryImport("libc", EntryPoint = "setsockopt", SetLastError = true)]
    public static partial int SetOption(int descriptor, int level, int option, in int value, uint length);

    [LibraryImport("libc", EntryPoint = "send", SetLastError = true)]
    public static partial nint Send(int descriptor, ReadOnlySpan<byte> bytes, nuint count, int flags);

    [LibraryImport("libc", EntryPoint = "sendto", SetLastError = true)]
    public static partial nint SendTo(int descriptor, ReadOnlySpan<byte> bytes, nuint count, int flags, ReadOnlySpan<byte> address, uint length);

    [LibraryImport("libc", EntryPoint = "recv", SetLastError = true)]
    public static partial nint Receive(int descriptor, Span<byte> buffer, nuint count, int flags);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    public static partial int Close(int descriptor);

    [LibraryImport("libc", EntryPoint = "chmod", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    public static partial int ChangeMode(string path, uint mode);

    [LibraryImport("libc", EntryPoint = "unlink", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    public static partial int Unlink(string path);

    // The buffer is struct statx, which is the same on all architectures.
    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    public static partial int Status(int directory, string path, int flags, uint mask, Span<byte> buffer);

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    private static partial int Control(int descriptor, int command, int argument);
}
