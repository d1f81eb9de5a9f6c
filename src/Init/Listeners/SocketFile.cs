using System.Runtime.InteropServices;

namespace CrashShield.Init.Listeners;

/// <summary>The file of a Unix socket.</summary>
internal static class SocketFile
{
    private const int CurrentDirectory = -100; // AT_FDCWD
    private const int NoFollow = 0x100; // AT_SYMLINK_NOFOLLOW
    private const uint ModeAndInode = 0x2 | 0x100; // STATX_MODE | STATX_INO
    private const int ModeOffset = 28;
    private const int InodeOffset = 32;
    private const int TypeMask = 0xf000; // S_IFMT
    private const int SocketType = 0xc000; // S_IFSOCK

    /// <summary>Removes the file of a socket on which nobody listens any more. Any other file stays.</summary>
    public static bool TryRemoveStale(string path) => InodeOf(path) is not null && IsStale(path) && SocketCalls.Unlink(path) == 0;

    /// <summary>Its inode; null when the path is no socket.</summary>
    public static ulong? InodeOf(string path)
    {
        Span<byte> status = stackalloc byte[256];
        if (SocketCalls.Status(CurrentDirectory, path, NoFollow, ModeAndInode, status) != 0
            || (MemoryMarshal.Read<ushort>(status[ModeOffset..]) & TypeMask) != SocketType)
        {
            return null;
        }

        return MemoryMarshal.Read<ulong>(status[InodeOffset..]);
    }

    /// <summary>The process that listens on it, 0 for one that cannot be seen from here; null when none does.</summary>
    public static int? ListenerOf(string path)
    {
        var probe = SocketCalls.Open(SocketAddress.Unix, SocketCalls.Stream | SocketCalls.CloseOnExec | SocketCalls.NonBlocking, 0);
        if (probe < 0)
            return null;
        var address = SocketAddress.OfPath(path);
        var (processId, size) = (0, (uint)sizeof(int));
        var isConnected = SocketCalls.Connect(probe, address, (uint)address.Length) == 0;
        // A full backlog: somebody listens, and nobody knows who.
        var listens = isConnected || Errno.Last == Errno.Again;
        // Of the one that called listen(2), unix(7).
        if (isConnected)
            SocketCalls.GetOption(probe, SocketCalls.SocketLevel, SocketCalls.PeerCredentials, ref processId, ref size);
        SocketCalls.Close(probe);
        return listens ? processId : null;
    }

    private static bool IsStale(string path)
    {
        var probe = SocketCalls.Open(SocketAddress.Unix, SocketCalls.Stream | SocketCalls.CloseOnExec | SocketCalls.NonBlocking, 0);
        if (probe < 0)
            return false;
        var address = SocketAddress.OfPath(path);
        // A full backlog answers EAGAIN: somebody listens.
        var refused = SocketCalls.Connect(probe, address, (uint)address.Length) != 0 && Errno.Last == Errno.ConnectionRefused;
        SocketCalls.Close(probe);
        return refused;
    }
}
