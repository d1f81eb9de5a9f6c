using CrashShield.Init.Systemd;

namespace CrashShield.Init.Listeners;

/// <summary>A listening socket.</summary>
/// <param name="key">What it was asked for as.</param>
/// <param name="descriptor">The socket.</param>
/// <param name="bound">Where it listens: with the real port for port 0.</param>
/// <param name="inode">The file of a Unix socket that this init has made, which it removes again.</param>
/// <param name="isGiven">Whether the operator has chosen its address, by an option or a unit of systemd's, and not a worker.</param>
internal sealed class Listener(ListenerKey key, int descriptor, Endpoint bound, ulong? inode, bool isGiven)
{
    public ListenerKey Key => key;

    public int Descriptor => descriptor;

    public Endpoint Bound => bound;

    public ulong? Inode => inode;

    public bool IsGiven => isGiven;

    /// <summary>Whether somebody outside has it, too: systemd.</summary>
    public bool IsPassed { get; init; }

    /// <summary>Whether it is that of a systemd unit, which keeps it for as long as the unit is there: to close it refuses nobody, and the next build may want it.</summary>
    public bool IsUnits => IsPassed && PassedSockets.IsUnit;

    /// <summary>The addresses that it takes; none of a Unix socket.</summary>
    public AddressRange? Range { get; } = AddressRange.Of(bound, ListeningSocket.IsDual(descriptor));

    /// <summary>Whether clients find it. The file of a Unix socket may have been removed, or be that of another one.</summary>
    public bool IsReachable => inode is not { } own || SocketFile.InodeOf(bound.File!) == own;

    /// <summary>Whether this init has it.</summary>
    public bool IsHeld { get; private set; } = true;

    /// <summary>Leaves it to the worker that accepts on it. Its file stays.</summary>
    public void Leave()
    {
        if (IsHeld)
            SocketCalls.Close(descriptor);
        IsHeld = false;
    }

    public void Close()
    {
        Leave();
        if (inode is not null && IsReachable)
            SocketCalls.Unlink(bound.File!);
    }
}
