using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace CrashShield.Hosting.Handoff;

/// <summary>This process's share of a socket that others have too.</summary>
internal static partial class SocketShare
{
    private const int CloseOnExec = 0x80000; // O_CLOEXEC

    /// <summary>
    /// Gives it up, and leaves its number taken. epoll(7) reports what a closed number was registered for as long as others have the socket, and refuses it under the same number a second time: one that
    /// this process gets again later would never be reported.
    /// </summary>
    public static void GiveUp(int descriptor)
    {
        try
        {
            using var nothing = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            if (dup3((int)nothing.Handle, descriptor, CloseOnExec) >= 0)
                return;
        }
        catch (SocketException)
        {
            // No descriptor is left.
        }

        SystemSockets.Close(descriptor);
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int dup3(int from, int to, int flags);
}
