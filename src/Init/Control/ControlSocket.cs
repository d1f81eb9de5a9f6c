using CrashShield.Init.Listeners;

namespace CrashShield.Init.Control;

/// <summary>The socket that the sub-commands connect to, and its file.</summary>
internal sealed class ControlSocket
{
    // More than are served: a client that is refused by an answer knows why.
    private const int Backlog = 128;
    private const uint OwnerOnly = 0b110_000_000; // 0600

    private readonly string _path;

    private ControlSocket(string path, int descriptor, ulong? inode) => (_path, Descriptor, Inode) = (path, descriptor, inode);

    public int Descriptor { get; }

    /// <summary>Of the file that this init has made: another may have its path by the end.</summary>
    public ulong? Inode { get; }

    /// <exception cref="InitException">It cannot be opened.</exception>
    public static ControlSocket Open(string path)
    {
        var descriptor = SocketCalls.Open(
            SocketAddress.Unix, SocketCalls.Stream | SocketCalls.CloseOnExec | SocketCalls.NonBlocking, 0);
        if (descriptor < 0)
            throw new InitException(ExitCodes.OperatingSystem, $"--control '{path}' cannot be opened: {Errno.Text(Errno.Last)}");
        var address = SocketAddress.OfPath(path);
        SocketFile.TryRemoveStale(path);
        if (SocketCalls.Bind(descriptor, address, (uint)address.Length) != 0)
            throw new InitException(ExitCodes.CannotCreate, $"--control '{path}' {WhyNotBound(path, Errno.Last)}");
        // Nobody can connect before listen: the mode is right by then.
        if (SocketCalls.ChangeMode(path, OwnerOnly) != 0 || SocketCalls.Listen(descriptor, Backlog) != 0)
            throw new InitException(ExitCodes.CannotCreate, $"--control '{path}' cannot be opened: {Errno.Text(Errno.Last)}");
        return new ControlSocket(path, descriptor, SocketFile.InodeOf(path));
    }

    /// <summary>The one that another image of this init has opened.</summary>
    /// <param name="path">Its path.</param>
    /// <param name="descriptor">The socket.</param>
    /// <param name="inode">Of its file; null from an image that does not say.</param>
    public static ControlSocket Continue(string path, int descriptor, ulong? inode) => new(path, descriptor, inode ?? SocketFile.InodeOf(path));

    public void Close()
    {
        // Before the socket is closed, which keeps the inode's number from being used again.
        if (Inode is { } own && SocketFile.InodeOf(_path) == own)
            SocketCalls.Unlink(_path);
        SocketCalls.Close(Descriptor);
    }

    private static string WhyNotBound(string path, int errno) => errno switch
    {
        Errno.AddressInUse when SocketFile.InodeOf(path) is null => "is the path of a file that is no socket: remove it, or name another path",
        Errno.AddressInUse when SocketFile.ListenerOf(path) is { } processId =>
            $"is in use: {(processId > 0 ? $"process {processId}" : "a process of another PID namespace")} listens on it. Each init needs a path of its own",
        Errno.AddressInUse => "is the socket of a process that has ended, and cannot be removed",
        Errno.NoEntry => $"cannot be made: there is no directory {Path.GetDirectoryName(path)}",
        _ => $"cannot be opened: {Errno.Text(errno)}",
    };
}
