using System.Net;
using System.Net.Sockets;
using CrashShield.Hosting;
using CrashShield.Hosting.Endpoints;
using CrashShield.Hosting.Handoff;

namespace CrashShield.Middleware.Management;

internal static class ManagementSocket
{
    private const int Backlog = 128;

    /// <summary>Listens on the management port.</summary>
    /// <exception cref="InvalidOperationException">It is taken or not allowed.</exception>
    public static KeptSocket Open(ListeningSockets sockets, string address, int port)
    {
        try
        {
            return IPAddress.TryParse(address, out var one)
                ? sockets.Take(new IPEndPoint(one, port), static endPoint => Listen((IPEndPoint)endPoint))
                : TakeAny(sockets, port);
        }
        catch (Exception e) when (e is SocketException or IOException)
        {
            throw new InvalidOperationException(
                $"CrashShield:{nameof(CrashShieldOptions.Endpoints)}:{nameof(EndpointOptions.ManagementPort)} = '{port}': cannot be opened on {address}: {e.Message}. " +
                "Name a port and an address of this machine that are free.", e);
        }
    }

    private static KeptSocket TakeAny(ListeningSockets sockets, int port)
    {
        try
        {
            return sockets.Take(new IPEndPoint(IPAddress.IPv6Any, port), static endPoint => Listen((IPEndPoint)endPoint));
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.AddressFamilyNotSupported or SocketError.AddressNotAvailable)
        {
            // A kernel without IPv6.
            return sockets.Take(new IPEndPoint(IPAddress.Any, port), static endPoint => Listen((IPEndPoint)endPoint));
        }
    }

    private static Socket Listen(IPEndPoint endpoint)
    {
        var socket = new Socket(endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            if (endpoint.Address.Equals(IPAddress.IPv6Any))
                socket.DualMode = true;
            socket.Bind(endpoint);
            // Two may bind a port that neither listens on yet: then it is taken only here.
            socket.Listen(Backlog);
            return socket;
        }
        catch (SocketException)
        {
            socket.Dispose();
            throw;
        }
    }
}
