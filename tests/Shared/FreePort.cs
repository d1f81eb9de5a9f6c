using System.Net;
using System.Net.Sockets;

namespace CrashShield.Tests;

/// <summary>A port of 127.0.0.1 that nobody listens on.</summary>
internal static class FreePort
{
    // ip_local_port_range of Linux begins at 32768: from there on any connection that goes out may have it before its server does.
    private const int First = 15_000;
    private const int Last = 32_767;

    public static int Take()
    {
        while (true)
        {
            try
            {
                using var listener = new TcpListener(IPAddress.Loopback, Random.Shared.Next(First, Last));
                listener.Start();
                return ((IPEndPoint)listener.LocalEndpoint).Port;
            }
            catch (SocketException e) when (e.SocketErrorCode == SocketError.AddressAlreadyInUse)
            {
                // Another one is not.
            }
        }
    }
}
