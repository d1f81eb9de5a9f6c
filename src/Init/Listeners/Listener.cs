namespace CrashShield.Init.Listeners;

/// <param name="Key">What it was asked for as.</param>
/// <param name="Descriptor">The socket.</param>
/// <param name="Bound">Where it listens: with the real port for port 0.</param>
/// <param name="Inode">The file of a Unix socket that this init has made, which it removes again.</param>
internal sealed record Listener(ListenerKey Key, int Descriptor, Endpoint Bound, ulong? Inode)
{
    public void Close()
    {
        SocketCalls.Close(Descriptor);
        if (Inode is { } inode && Bound.Path is { } path && SocketFile.InodeOf(path) == inode)
            SocketCalls.Unlink(path);
    }
}
