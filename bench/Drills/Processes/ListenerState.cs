using System.ComponentModel;
using System.Globalization;
using System.Runtime.InteropServices;

namespace CrashShield.Drills.Processes;

/// <summary>
/// A listening socket of another process as the kernel has it, seen through a descriptor of our own for it: pidfd_getfd(2), which a process may do to those that it has started.
/// </summary>
/// <param name="Inode">Which socket it is.</param>
/// <param name="Listens">Whether it accepts connections.</param>
/// <param name="Lingers">Whether SO_LINGER is on, which accepted connections inherit.</param>
/// <param name="Backlog">How many connections may wait.</param>
internal sealed unsafe partial record ListenerState(long Inode, bool Listens, bool Lingers, int Backlog)
{
    // The numbers are the same on all architectures that .NET runs on.
    private const nint PidfdOpen = 434;
    private const nint PidfdGetFd = 438;
    private const int SolSocket = 1;
    private const int SoLinger = 13;
    private const int SoAcceptConn = 30;
    private const int IpProtoTcp = 6;
    private const int TcpInfo = 11;

    // struct tcp_info: of a listening socket, tcpi_sacked is its backlog (tcp_get_info in the kernel's net/ipv4/tcp.c).
    private const int BacklogOffset = 28;
    private const string ListenState = "0A";

    /// <summary>The one that a process has for a port of 127.0.0.1, or none.</summary>
    public static ListenerState? Of(int processId, int port) => With<ListenerState>(processId, port, (socket, inode) =>
    {
        var info = stackalloc byte[BacklogOffset + sizeof(int)];
        Read(socket, IpProtoTcp, TcpInfo, info, BacklogOffset + sizeof(int));
        int listens;
        Read(socket, SolSocket, SoAcceptConn, &listens, sizeof(int));
        Linger linger;
        Read(socket, SolSocket, SoLinger, &linger, sizeof(Linger));
        return new(inode, listens != 0, linger.IsOn != 0, *(int*)(info + BacklogOffset));
    });

    /// <summary>Does to it what .NET does to a listening socket that is disposed of while an accept is pending: SO_LINGER {1, 0}.</summary>
    public static void Poison(int processId, int port) => With<object>(processId, port, (socket, _) =>
    {
        var linger = new Linger { IsOn = 1 };
        Check(setsockopt(socket, SolSocket, SoLinger, &linger, (uint)sizeof(Linger)));
        return null;
    });

    private static T? With<T>(int processId, int port, Func<int, long, T?> use)
        where T : class
    {
        if (InodeOf(port) is not { } inode || DescriptorOf(processId, inode) is not { } descriptor)
            return null;

        var process = (int)Check(syscall(PidfdOpen, processId, 0, 0));
        try
        {
            var socket = (int)Check(syscall(PidfdGetFd, process, descriptor, 0));
            try
            {
                return use(socket, inode);
            }
            finally
            {
                _ = close(socket);
            }
        }
        finally
        {
            _ = close(process);
        }
    }

    private static long? InodeOf(int port)
    {
        var local = "0100007F:" + port.ToString("X4", CultureInfo.InvariantCulture);
        var line = File.ReadLines("/proc/net/tcp").Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .FirstOrDefault(fields => fields[1] == local && fields[3] == ListenState);
        return line is null ? null : long.Parse(line[9], CultureInfo.InvariantCulture);
    }

    private static int? DescriptorOf(int processId, long inode)
    {
        var link = Directory.GetFileSystemEntries($"/proc/{processId}/fd").FirstOrDefault(entry => new FileInfo(entry).LinkTarget == $"socket:[{inode}]");
        return link is null ? null : int.Parse(Path.GetFileName(link), CultureInfo.InvariantCulture);
    }

    private static void Read(int socket, int level, int option, void* value, int size)
    {
        var length = (uint)size;
        Check(getsockopt(socket, level, option, value, &length));
    }

    private static nint Check(nint result) => result >= 0 ? result : throw new Win32Exception();

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint syscall(nint number, nint first, nint second, nint third);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int getsockopt(int socket, int level, int option, void* value, uint* length);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int setsockopt(int socket, int level, int option, void* value, uint length);

    [LibraryImport("libc")]
    private static partial int close(int descriptor);

    // struct linger
    private struct Linger
    {
        public int IsOn;
        public int Seconds;
    }
}
