using System.Runtime.InteropServices;

namespace CrashShield.Handoff.Protocol;

/// <summary>The control channel's sockets: packets of up to 32 KiB with at most one descriptor on each, unix(7).</summary>
internal static unsafe partial class PacketSocket
{
    /// <summary>The longest packet.</summary>
    public const int MaxPacket = 32 * 1024;

    private const int Unix = 1; // AF_UNIX
    private const int SequencedPackets = 5; // SOCK_SEQPACKET
    private const int CloseOnExec = 0x80000; // SOCK_CLOEXEC
    private const int SocketLevel = 1; // SOL_SOCKET
    private const int TypeOption = 3; // SO_TYPE
    private const int DomainOption = 39; // SO_DOMAIN
    private const int NoSignal = 0x4000; // MSG_NOSIGNAL
    private const int DoNotWait = 0x40; // MSG_DONTWAIT
    private const int RealLength = 0x20; // MSG_TRUNC
    private const int CloseDescriptorOnExec = 0x40000000; // MSG_CMSG_CLOEXEC

    /// <summary>Both ends of a new channel. Neither is inherited.</summary>
    /// <returns>0 or errno.</returns>
    public static int OpenPair(out int ours, out int theirs)
    {
        Span<int> ends = stackalloc int[2];
        var error = OpenPair(Unix, SequencedPackets | CloseOnExec, 0, ends) == 0 ? 0 : Errno.Last;
        (ours, theirs) = error == 0 ? (ends[0], ends[1]) : (-1, -1);
        return error;
    }

    /// <summary>Whether a descriptor may be one end of a channel. A child of a worker has its variables and not its channel: the number is another file's there, or nothing's.</summary>
    public static bool IsOne(int descriptor) => OptionOf(descriptor, DomainOption) == Unix && OptionOf(descriptor, TypeOption) == SequencedPackets;

    /// <param name="socket">One end.</param>
    /// <param name="packet">What to send.</param>
    /// <param name="descriptor">The descriptor that rides on it, or -1.</param>
    /// <param name="wait">Whether to wait while the other side's queue is full.</param>
    /// <returns>0 or errno: EAGAIN when it would have to wait, or has waited for as long as the socket's bound says.</returns>
    public static int Send(int socket, ReadOnlySpan<byte> packet, int descriptor, bool wait)
    {
        var rights = new DescriptorHeader(descriptor);
        fixed (byte* bytes = packet)
        {
            var vector = new IoVector { Base = bytes, Length = (nuint)packet.Length };
            var header = new MessageHeader { Vectors = &vector, VectorCount = 1 };
            if (descriptor >= 0)
            {
                header.Control = &rights;
                header.ControlLength = (nuint)sizeof(DescriptorHeader);
            }

            var flags = wait ? NoSignal : NoSignal | DoNotWait;
            while (SendMessage(socket, &header, flags) < 0)
            {
                if (Errno.Last is not Errno.Interrupted and var error)
                    return error;
            }

            return 0;
        }
    }

    /// <summary>Takes the next packet.</summary>
    /// <param name="socket">One end.</param>
    /// <param name="buffer">Where it goes.</param>
    /// <param name="wait">Whether to wait for one.</param>
    public static ReceivedPacket Receive(int socket, Span<byte> buffer, bool wait)
    {
        var rights = default(DescriptorHeader);
        fixed (byte* bytes = buffer)
        {
            var vector = new IoVector { Base = bytes, Length = (nuint)buffer.Length };
            var flags = RealLength | CloseDescriptorOnExec | (wait ? 0 : DoNotWait);
            for (var wasReset = false; ;)
            {
                // Room for one descriptor: what else rides on the packet is closed by the kernel.
                var header = new MessageHeader { Vectors = &vector, VectorCount = 1, Control = &rights, ControlLength = DescriptorHeader.LengthOfOne };
                var length = ReceiveMessage(socket, &header, flags);
                if (length >= 0)
                    return new((int)length, header.ControlLength >= DescriptorHeader.LengthOfOne && rights.HasDescriptor ? rights.Descriptor : -1, 0);

                // A peer that ends with packets unread: what it has sent itself comes after this error, once.
                var error = Errno.Last;
                if (error != Errno.Interrupted && (error != Errno.ConnectionReset || wasReset))
                    return new(0, -1, error);
                wasReset |= error == Errno.ConnectionReset;
            }
        }
    }

    public static void Close(int descriptor) => _ = CloseDescriptor(descriptor);

    private static int OptionOf(int descriptor, int option)
    {
        var (value, length) = (-1, (uint)sizeof(int));
        return GetOption(descriptor, SocketLevel, option, &value, &length) == 0 ? value : -1;
    }

    [LibraryImport("libc", EntryPoint = "getsockopt", SetLastError = true)]
    private static partial int GetOption(int descriptor, int level, int option, void* value, uint* length);

    [LibraryImport("libc", EntryPoint = "socketpair", SetLastError = true)]
    private static partial int OpenPair(int family, int type, int protocol, Span<int> descriptors);

    [LibraryImport("libc", EntryPoint = "sendmsg", SetLastError = true)]
    private static partial nint SendMessage(int descriptor, MessageHeader* header, int flags);

    [LibraryImport("libc", EntryPoint = "recvmsg", SetLastError = true)]
    private static partial nint ReceiveMessage(int descriptor, MessageHeader* header, int flags);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int CloseDescriptor(int descriptor);
}
