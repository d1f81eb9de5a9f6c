using System.Net;
using System.Net.Sockets;

namespace CrashShield.Init.Listeners;

/// <summary>The local addresses whose connections come to a TCP socket: one, or all of a family; null for none.</summary>
internal sealed record AddressRange(int Port, IPAddress? V4, IPAddress? V6)
{
    /// <param name="endpoint">What is or would be bound.</param>
    /// <param name="isDual">Whether <c>[::]</c> is for IPv4, too.</param>
    public static AddressRange? Of(Endpoint endpoint, bool isDual) => endpoint.Address switch
    {
        null => null,
        { AddressFamily: AddressFamily.InterNetwork } v4 => new(endpoint.Port, v4, null),
        { IsIPv4MappedToIPv6: true } mapped => new(endpoint.Port, mapped.MapToIPv4(), null),
        var any when any.Equals(IPAddress.IPv6Any) => new(endpoint.Port, isDual ? IPAddress.Any : null, any),
        var v6 => new(endpoint.Port, null, v6),
    };

    /// <summary>Whether the kernel would not let both listen.</summary>
    public bool Overlaps(AddressRange other) => Port == other.Port && (Meet(V4, other.V4, IPAddress.Any) || Meet(V6, other.V6, IPAddress.IPv6Any));

    /// <summary>Whether whoever listens on this one has all connections that come to the other.</summary>
    public bool Covers(AddressRange other) => Port == other.Port && Has(V4, other.V4, IPAddress.Any) && Has(V6, other.V6, IPAddress.IPv6Any);

    private static bool Meet(IPAddress? one, IPAddress? other, IPAddress all) =>
        one is not null && other is not null && (one.Equals(other) || one.Equals(all) || other.Equals(all));

    private static bool Has(IPAddress? one, IPAddress? other, IPAddress all) => other is null || (one is not null && (one.Equals(other) || one.Equals(all)));
}
