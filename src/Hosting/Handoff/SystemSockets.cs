using System.ComponentModel;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace CrashShield.Hosting.Handoff;

/// <summary>The system's calls for sockets that .NET has none for: packets with descriptors on them (unix(7), cmsg(3)).</summary>
internal static unsafe partial class SystemSockets
{
    private const int AfUnix = 1;
    private const int SockSeqPacket = 5;
    private const int SockCloseOnExec = 0x80000;
    private const int SolSocket = 1;
    private const int SendTimeout = 21;
    private const int ScmRights = 1;
    private const int MsgNoSignal = 0x4000;
    private const int MsgCloseOnExec = 0x40000000;
    private const int MsgTruncated = 0x20;
    private const int ShutBoth = 2;
    private const short PollIn = 1;
    private const int GetFdFlags = 1;
    private const int SetFdFlags = 2;
    private const int CloseOnExec = 1;
    private const int Interrupted = 4;
    private const int ConnectionReset = 104;

    // One descriptor: a header of 16 bytes, the number, and what aligns it.
    private const int ControlLength = 24;
    private const int HeaderLength = 16;

    /// <summary>Both ends of a new channel. Neither is inherited.</summary>
    public static (int Ours, int Theirs) Pair()
    {
        var ends = stackalloc int[2];
        Check(socketpair(AfUnix, SockSeqPacket | SockCloseOnExec, 0, ends));
        return (ends[0], ends[1]);
    }

    /// <summary>Has <see cref="Send"/> fail when the other side reads nothing for so long: a full socket holds up its sender, socket(7).</summary>
    public static void BoundSends(int socket, TimeSpan within)
    {
        // struct timeval.
        var time = stackalloc nint[] { (nint)within.TotalSeconds, within.Microseconds + (within.Milliseconds * 1000) };
        Check(setsockopt(socket, SolSocket, SendTimeout, time, (uint)(2 * sizeof(nint))));
    }

    public static void Send(int socket, ReadOnlySpan<byte> packet, int descriptor)
    {
        var control = stackalloc byte[ControlLength];
        fixed (byte* bytes = packet)
        {
            var part = new Part { Base = bytes, Length = (nuint)packet.Length };
            var message = new Message { Parts = &part, PartCount = 1 };
            if (descriptor >= 0)
            {
                *(ControlHeader*)control = new() { Length = HeaderLength + sizeof(int), Level = SolSocket, Type = ScmRights };
                *(int*)(control + HeaderLength) = descriptor;
                message.Control = control;
                message.ControlLength = ControlLength;
            }

            nint sent;
            do
                sent = sendmsg(socket, &message, MsgNoSignal);
            while (sent < 0 && Marshal.GetLastPInvokeError() == Interrupted);
            if (sent < 0)
                throw Failure();
        }
    }

    /// <summary>Waits for a packet.</summary>
    /// <returns>A length of 0 when the other side is gone.</returns>
    public static ReceivedPacket Receive(int socket, Span<byte> buffer)
    {
        var control = stackalloc byte[ControlLength];
        fixed (byte* bytes = buffer)
        {
            var part = new Part { Base = bytes, Length = (nuint)buffer.Length };
            var message = new Message { Parts = &part, PartCount = 1, Control = control, ControlLength = ControlLength };
            nint received;
            var wasReset = false;
            while ((received = recvmsg(socket, &message, MsgCloseOnExec)) < 0)
            {
                // A peer that ends with packets unread: what it has sent itself comes after this error, once.
                var error = Marshal.GetLastPInvokeError();
                if (error != Interrupted && (error != ConnectionReset || wasReset))
                    break;
                wasReset |= error == ConnectionReset;
            }

            if (received <= 0)
                return new(0, -1, false);

            var header = (ControlHeader*)control;
            var hasDescriptor = message.ControlLength >= HeaderLength + sizeof(int) && header->Level == SolSocket && header->Type == ScmRights;
            return new((int)received, hasDescriptor ? *(int*)(control + HeaderLength) : -1, (message.Flags & MsgTruncated) != 0);
        }
    }

    /// <summary>Waits until there is something to receive, the end included.</summary>
    public static bool IsReadable(int socket, TimeSpan within)
    {
        var start = Environment.TickCount64;
        while (true)
        {
            var left = within.TotalMilliseconds - (Environment.TickCount64 - start);
            var wait = new Wait { Descriptor = socket, Events = PollIn };
            var ready = poll(&wait, 1, (int)Math.Clamp(left, 0, int.MaxValue));
            if (ready >= 0 || Marshal.GetLastPInvokeError() != Interrupted)
                return ready != 0;
        }
    }

    /// <summary>Keeps a descriptor that was inherited from being inherited further.</summary>
    public static void SetCloseOnExec(int descriptor)
    {
        var flags = fcntl(descriptor, GetFdFlags, 0);
        Check(flags);
        Check(fcntl(descriptor, SetFdFlags, flags | CloseOnExec));
    }

    /// <summary>The error of a bind, by the number that it has in Linux, errno(3).</summary>
    public static SocketError ErrorOf(int errno) => errno switch
    {
        13 => SocketError.AccessDenied,
        97 => SocketError.AddressFamilyNotSupported,
        98 => SocketError.AddressAlreadyInUse,
        99 => SocketError.AddressNotAvailable,
        _ => SocketError.SocketError,
    };

    public static void Shutdown(int socket) => _ = shutdown(socket, ShutBoth);

    public static void Close(int descriptor) => _ = close(descriptor);

    private static void Check(int result)
    {
        if (result < 0)
            throw Failure();
    }

    private static IOException Failure()
    {
        var error = Marshal.GetLastPInvokeError();
        return new IOException($"The control channel: {new Win32Exception(error).Message}", error);
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int socketpair(int family, int type, int protocol, int* ends);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int setsockopt(int socket, int level, int option, void* value, uint length);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint sendmsg(int socket, Message* message, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint recvmsg(int socket, Message* message, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int poll(Wait* waits, nuint count, int milliseconds);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int fcntl(int descriptor, int command, int argument);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int shutdown(int socket, int how);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int close(int descriptor);

    // struct pollfd
    private struct Wait
    {
        public int Descriptor;
        public short Events;
        public short Returned;
    }

    // struct iovec
    private struct Part
    {
        public byte* Base;
        public nuint Length;
    }

    // struct msghdr, 64 bits. musl has the lengths as int and padding, which little-endian machines cannot tell apart.
    private struct Message
    {
        public void* Name;
        public uint NameLength;
        public Part* Parts;
        public nuint PartCount;
        public void* Control;
        public nuint ControlLength;
        public int Flags;
    }

    // struct cmsghdr
    private struct ControlHeader
    {
        public nuint Length;
        public int Level;
        public int Type;
    }
}
