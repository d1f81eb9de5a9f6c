namespace CrashShield.Init.Listeners;

/// <param name="Key">What it was asked for as.</param>
/// <param name="Descriptor">The socket.</param>
/// <param name="Bound">Where it listens: with the real port for port 0.</param>
/// <param name="Inode">The file of a Unix socket that this init has made, which it removes again.</param>
/// <param name="IsGiven">Whether the operator has chosen its address, by an option or a unit of systemd's, and not a worker.</param>
internal sealed record Listener(ListenerKey Key, int Descriptor, Endpoint Bound, ulong? Inode, bool IsGiven)
{
    /// <summary>The addresses that it takes; none of a Unix socket.</summary>
    public AddressRange? Range { get; } = AddressRange.Of(Bound, ListeningSocket.IsDual(Descriptor));

    /// <summary>Whether clients find it. The file of a Unix socket may have been removed, or be that of another one.</summary>
    public bool IsReachable => Inode is not { } inode || SocketFile.InodeOf(Bound.File!) == inode;

    public void Close()
    {
        SocketCalls.Close(Descriptor);
        if (Inode is not null && IsReachable)
            SocketCalls.Unlink(Bound.File!);
    }
}
