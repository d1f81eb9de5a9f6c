using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace CrashShield.Middleware.Handoff;

/// <summary>
/// Keeps new clients out of a listening socket whose queue is to be emptied before it is closed: closing it resets whoever is in the queue, and while one is taken out another may come. Where another
/// process has the socket too, they are let in again before this one gives it up: the next one to accept is its business.
/// </summary>
internal static class NewClients
{
    private const int SocketLevel = 1;
    private const int AttachFilter = 26; // SO_ATTACH_FILTER of asm-generic/socket.h
    private const int DetachFilter = 27; // SO_DETACH_FILTER

    // SYN without ACK is dropped. A client that is in the middle of connecting still comes in, and one that is dropped sends its SYN again after a second and is refused (RFC 6298, section 2.1).
    // Classic BPF, Documentation/networking/filter.rst of the kernel; the flags of TCP are at byte 13 of its header (RFC 9293, section 3.1).
    private static readonly ulong[] NoSyn =
    [
        Step(0x30, 0, 0, 13), // A = flags
        Step(0x54, 0, 0, 0x12), // A &= SYN | ACK
        Step(0x15, 0, 1, 0x02), // when A == SYN
        Step(0x06, 0, 0, 0), // drop it
        Step(0x06, 0, 0, uint.MaxValue), // otherwise take it whole
    ];

    /// <returns>False where they come still.</returns>
    public static unsafe bool TryKeepOut(Socket listening)
    {
        try
        {
            if (listening.AddressFamily == AddressFamily.Unix)
            {
                // It refuses who comes, and keeps its queue, unlike TCP.
                listening.Shutdown(SocketShutdown.Receive);
                return true;
            }

            fixed (ulong* steps = NoSyn)
            {
                var program = new FilterProgram((ushort)NoSyn.Length, steps);
                listening.SetRawSocketOption(SocketLevel, AttachFilter, new ReadOnlySpan<byte>(&program, sizeof(FilterProgram)));
            }

            return true;
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or PlatformNotSupportedException)
        {
            // Another system, or a kernel that has no such filter.
            return false;
        }
    }

    /// <summary>Takes the filter away again.</summary>
    public static void LetIn(Socket listening)
    {
        try
        {
            listening.SetRawSocketOption(SocketLevel, DetachFilter, BitConverter.GetBytes(0));
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or PlatformNotSupportedException)
        {
            // It has none.
        }
    }

    // struct sock_filter, in the order of a little-endian machine.
    private static ulong Step(ushort code, byte whenTrue, byte whenFalse, uint value) =>
        code | ((ulong)whenTrue << 16) | ((ulong)whenFalse << 24) | ((ulong)value << 32);

    // struct sock_fprog.
    [StructLayout(LayoutKind.Sequential)]
    private readonly unsafe struct FilterProgram(ushort length, ulong* steps)
    {
        private readonly ushort _length = length;
        private readonly ulong* _steps = steps;
    }
}
