using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;

namespace CrashShield.Init.Listeners;

/// <summary>struct sockaddr_in, sockaddr_in6 and sockaddr_un as bytes.</summary>
internal static class SocketAddress
{
    public const int Unix = 1;
    public const int V4 = 2;
    public const int V6 = 10;
    public const int MaxSize = 128;

    /// <inheritdoc cref="Endpoint.LongestPath"/>
    public const int LongestPath = Endpoint.LongestPath;

    private const int UnixPathOffset = 2;

    /// <inheritdoc cref="Endpoint.Fits"/>
    public static bool Fits(string path) => Endpoint.Fits(path);

    public static int FamilyOf(Endpoint endpoint) =>
        endpoint.Address is not { } address ? Unix : address.AddressFamily == AddressFamily.InterNetworkV6 ? V6 : V4;

    public static byte[] Of(Endpoint endpoint)
    {
        if (endpoint.Address is not { } address)
            return OfPath(endpoint.Path!);

        var isV6 = address.AddressFamily == AddressFamily.InterNetworkV6;
        var bytes = new byte[isV6 ? 28 : 16];
        MemoryMarshal.Write(bytes, (ushort)(isV6 ? V6 : V4));
        BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(2), (ushort)endpoint.Port);
        address.TryWriteBytes(bytes.AsSpan(isV6 ? 8 : 4), out _);
        if (isV6)
            MemoryMarshal.Write(bytes.AsSpan(24), (uint)address.ScopeId);
        return bytes;
    }

    /// <param name="path">A leading <c>@</c> is the abstract namespace, as systemd writes it.</param>
    public static byte[] OfPath(string path)
    {
        var name = Encoding.UTF8.GetBytes(path);
        var isAbstract = path.StartsWith('@');
        var bytes = new byte[UnixPathOffset + name.Length + (isAbstract ? 0 : 1)];
        MemoryMarshal.Write(bytes, (ushort)Unix);
        name.CopyTo(bytes, UnixPathOffset);
        if (isAbstract)
            bytes[UnixPathOffset] = 0;
        return bytes;
    }

    /// <summary>The endpoint of an address that getsockname(2) told, or null for another kind.</summary>
    public static Endpoint? ToEndpoint(ReadOnlySpan<byte> bytes) => bytes.Length < 2 ? null : MemoryMarshal.Read<ushort>(bytes) switch
    {
        V4 when bytes.Length >= 8 => Endpoint.Of(new IPAddress(bytes.Slice(4, 4)), BinaryPrimitives.ReadUInt16BigEndian(bytes[2..])),
        V6 when bytes.Length >= 28 => Endpoint.Of(
            new IPAddress(bytes.Slice(8, 16), MemoryMarshal.Read<uint>(bytes[24..])), BinaryPrimitives.ReadUInt16BigEndian(bytes[2..])),
        Unix when bytes.Length > 3 && bytes[2] != 0 => Endpoint.OfPath(Encoding.UTF8.GetString(bytes[2..].TrimEnd((byte)0))),
        // What follows the NUL is the name, to its last byte.
        Unix when bytes.Length > 3 => Endpoint.OfPath("@" + Encoding.UTF8.GetString(bytes[3..])),
        _ => null,
    };
}
