using System.ComponentModel;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace CrashShield.Middleware.Handoff;

/// <summary>Two sockets that are connected to each other (socketpair(2)), which .NET has no call for.</summary>
internal static unsafe partial class SocketPair
{
    private const int AfUnix = 1;
    private const int SockStream = 1;
    private const int SockCloseOnExec = 0x80000;

    public static (Socket Client, Socket Server) Create()
    {
        var ends = stackalloc int[2];
        if (socketpair(AfUnix, SockStream | SockCloseOnExec, 0, ends) < 0)
            throw new IOException($"No pair of sockets: {new Win32Exception(Marshal.GetLastPInvokeError()).Message}");
        return (new(new SafeSocketHandle(ends[0], ownsHandle: true)), new(new SafeSocketHandle(ends[1], ownsHandle: true)));
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int socketpair(int family, int type, int protocol, int* ends);
}
