using System.Net;
using System.Net.Sockets;
using CrashShield.Hosting;
using CrashShield.Hosting.Endpoints;

namespace CrashShield.Middleware.Management;

internal static class ManagementSocket
{
    /// <summary>Binds the management port.</summary>
    /// <exception cref="InvalidOperationException">It is taken or not allowed.</exception>
    public static Socket Bind(string address, int port)
    {
        try
        {
            return IPAddress.TryParse(address, out var one) ? Bind(new IPEndPoint(one, port)) : BindAny(port);
        }
        catch (SocketException e)
        {
            throw new InvalidOperationException(
                $"CrashShield:{nameof(CrashShieldOptions.Endpoints)}:{nameof(EndpointOptions.ManagementPort)} = '{port}': cannot be opened on {address}: {e.Message}. " +
                "Name a port and an address of this machine that are free.", e);
        }
    }

    private static Socket BindAny(int port)
    {
        try
        {
            return Bind(new IPEndPoint(IPAddress.IPv6Any, port));
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.AddressFamilyNotSupported or SocketError.AddressNotAvailable)
        {
            // A kernel without IPv6.
            return Bind(new IPEndPoint(IPAddress.Any, port));
        }
    }

    private static Socket Bind(IPEndPoint endpoint)
    {
        var socket = new Socket(endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            if (endpoint.Address.Equals(IPAddress.IPv6Any))
                socket.DualMode = true;
            socket.Bind(endpoint);
            return socket;
        }
        catch (SocketException)
        {
            socket.Dispose();
            throw;
        }
    }
}
