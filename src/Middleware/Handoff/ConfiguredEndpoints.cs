using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace CrashShield.Middleware.Handoff;

/// <summary>
/// The endpoints that Kestrel's configuration names now. When it changes the server lets go of each endpoint that has changed, and then binds those that are named: one of these is to keep its clients waiting.
/// </summary>
internal sealed class ConfiguredEndpoints(IOptions<KestrelServerOptions> options, IHostApplicationLifetime lifetime)
{
    private const string Localhost = "localhost";

    /// <summary>Whether the server, which has let go of the endpoint, is about to bind it again.</summary>
    public bool WillBind(EndPoint endPoint)
    {
        if (lifetime.ApplicationStopping.IsCancellationRequested || options.Value.ConfigurationLoader is not { } loader)
            return false;

        // As Kestrel names its section.
        foreach (var endpoint in loader.Configuration.GetSection("Endpoints").GetChildren())
        {
            if (endpoint["Url"] is { } url && Is(url, endPoint))
                return true;
        }

        return false;
    }

    private static bool Is(string url, EndPoint endPoint)
    {
        BindingAddress address;
        try
        {
            address = BindingAddress.Parse(url);
        }
        catch (FormatException)
        {
            // The server will not bind it either.
            return false;
        }

        if (endPoint is UnixDomainSocketEndPoint unix)
            return address.IsUnixPipe && address.UnixPipePath == unix.ToString();
        return endPoint is IPEndPoint ip && !address.IsUnixPipe && address.Port == ip.Port && IsHost(address.Host, ip.Address);
    }

    // As Kestrel reads it: any name but this one is for all addresses.
    private static bool IsHost(string host, IPAddress address)
    {
        if (string.Equals(host, Localhost, StringComparison.OrdinalIgnoreCase))
            return IPAddress.IsLoopback(address);
        return IPAddress.TryParse(host, out var one) ? one.Equals(address) : address.Equals(IPAddress.IPv6Any) || address.Equals(IPAddress.Any);
    }
}
