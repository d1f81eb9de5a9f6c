namespace CrashShield.Init.Listeners;

/// <summary>Makes a socket that listens.</summary>
internal static class ListeningSocket
{
    // While no worker is up, connections wait here; the kernel caps it at net.core.somaxconn.
    private const int Backlog = 4096;

    /// <exception cref="ListenException">It cannot.</exception>
    public static int Open(Endpoint endpoint)
    {
        var family = SocketAddress.FamilyOf(endpoint);
        var descriptor = SocketCalls.Open(family, SocketCalls.Stream | SocketCalls.CloseOnExec, 0);
        if (descriptor < 0)
            throw new ListenException(endpoint, Errno.Last);
        try
        {
            if (family != SocketAddress.Unix)
                SocketCalls.SetOption(descriptor, SocketCalls.SocketLevel, SocketCalls.ReuseAddress, 1, sizeof(int));
            // As Kestrel has it: [::] is for IPv4 too.
            if (family == SocketAddress.V6)
                SocketCalls.SetOption(descriptor, SocketCalls.V6Level, SocketCalls.V6Only, endpoint.Address!.Equals(System.Net.IPAddress.IPv6Any) ? 0 : 1, sizeof(int));
            Bind(endpoint, descriptor);
            if (SocketCalls.Listen(descriptor, Backlog) != 0)
                throw new ListenException(endpoint, Errno.Last);
            return descriptor;
        }
        catch
        {
            SocketCalls.Close(descriptor);
            throw;
        }
    }

    /// <summary>The endpoint that a socket listens on, or null if it is none that listens.</summary>
    public static Endpoint? EndpointOf(int descriptor)
    {
        var (listens, size) = (0, (uint)sizeof(int));
        if (SocketCalls.GetOption(descriptor, SocketCalls.SocketLevel, SocketCalls.AcceptsConnections, ref listens, ref size) != 0 || listens == 0)
            return null;

        Span<byte> name = stackalloc byte[SocketAddress.MaxSize];
        var length = (uint)name.Length;
        return SocketCalls.GetName(descriptor, name, ref length) == 0 ? SocketAddress.ToEndpoint(name[..(int)Math.Min(length, (uint)name.Length)]) : null;
    }

    /// <summary>Whether a socket of IPv6 takes IPv4 connections, too.</summary>
    public static bool IsDual(int descriptor)
    {
        var (only, size) = (0, (uint)sizeof(int));
        return SocketCalls.GetOption(descriptor, SocketCalls.V6Level, SocketCalls.V6Only, ref only, ref size) == 0 && only == 0;
    }

    private static void Bind(Endpoint endpoint, int descriptor)
    {
        var address = SocketAddress.Of(endpoint);
        if (SocketCalls.Bind(descriptor, address, (uint)address.Length) == 0)
            return;
        var errno = Errno.Last;
        if (errno == Errno.AddressInUse && endpoint.File is { } path && SocketFile.TryRemoveStale(path)
            && SocketCalls.Bind(descriptor, address, (uint)address.Length) == 0)
        {
            return;
        }

        throw new ListenException(endpoint, errno);
    }
}
