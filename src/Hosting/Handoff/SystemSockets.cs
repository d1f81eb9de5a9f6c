using System.ComponentModel;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using CrashShield.Handoff.Protocol;

namespace CrashShield.Hosting.Handoff;

/// <summary>The system's calls for descriptors that .NET has none for, beside those of the protocol.</summary>
internal static unsafe partial class SystemSockets
{
    private const int SolSocket = 1;
    private const int SendTimeout = 21;
    private const short PollIn = 1;
    private const int GetFdFlags = 1;
    private const int SetFdFlags = 2;
    private const int CloseOnExec = 1;

    /// <summary>Both ends of a new channel. Neither is inherited.</summary>
    /// <exception cref="IOException">There are no descriptors left.</exception>
    public static (int Ours, int Theirs) Pair() =>
        PacketSocket.OpenPair(out var ours, out var theirs) is not 0 and var error ? throw Failure(error) : (ours, theirs);

    /// <summary>Has a send fail when the other side reads nothing for so long: a full socket holds up its sender, socket(7).</summary>
    public static void BoundSends(int socket, TimeSpan within)
    {
        // struct timeval.
        var time = stackalloc nint[] { (nint)within.TotalSeconds, within.Microseconds + (within.Milliseconds * 1000) };
        Check(setsockopt(socket, SolSocket, SendTimeout, time, (uint)(2 * sizeof(nint))));
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
            if (ready >= 0 || Errno.Last != Errno.Interrupted)
                return ready != 0;
        }
    }

    /// <summary>Waits until there is something to receive, the end included, or the other descriptor has something.</summary>
    /// <returns>Whether it was the first one alone.</returns>
    public static bool IsReadableBefore(int socket, int other)
    {
        var waits = stackalloc Wait[] { new() { Descriptor = socket, Events = PollIn }, new() { Descriptor = other, Events = PollIn } };
        while (poll(waits, 2, -1) < 0)
        {
            if (Errno.Last != Errno.Interrupted)
                return false;
        }

        return waits[1].Returned == 0;
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
        Errno.AddressInUse => SocketError.AddressAlreadyInUse,
        99 => SocketError.AddressNotAvailable,
        _ => SocketError.SocketError,
    };

    public static void Close(int descriptor) => PacketSocket.Close(descriptor);

    private static void Check(int result)
    {
        if (result < 0)
            throw Failure(Errno.Last);
    }

    private static IOException Failure(int error) => new($"The control channel: {new Win32Exception(error).Message}", error);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int setsockopt(int socket, int level, int option, void* value, uint length);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int poll(Wait* waits, nuint count, int milliseconds);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int fcntl(int descriptor, int command, int argument);

    // struct pollfd
    private struct Wait
    {
        public int Descriptor;
        public short Events;
        public short Returned;
    }
}
