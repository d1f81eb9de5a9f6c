using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace CrashShield.Handoff.Protocol;

/// <summary>Where to listen, by its name in the protocol: <c>tcp:ADDRESS:PORT</c>, <c>unix:/path</c>, or <c>unix:@name</c> for an abstract socket.</summary>
internal sealed record Endpoint
{
    public const string Forms = "tcp:127.0.0.1:5080, tcp:[::1]:5080, unix:/run/app.sock, unix:@name";

    /// <summary>In bytes: struct sockaddr_un holds 108 with the final NUL, or with the one that an abstract name begins with, unix(7).</summary>
    public const int LongestPath = 107;

    private const string Tcp = "tcp:";
    private const string Unix = "unix:";

    private Endpoint(string text) => Text = text;

    public string Text { get; }

    /// <summary>Of a TCP endpoint.</summary>
    public IPAddress? Address { get; private init; }

    public int Port { get; private init; }

    /// <summary>Of a Unix socket; one that begins with <c>@</c> is in the abstract namespace, and no file.</summary>
    public string? Path { get; private init; }

    /// <summary>The file of a Unix socket, if it has one.</summary>
    public string? File => Path is ['/', ..] ? Path : null;

    public static Endpoint Of(IPAddress address, int port)
    {
        var host = address.AddressFamily == AddressFamily.InterNetworkV6 ? $"[{address}]" : address.ToString();
        return new Endpoint(string.Create(CultureInfo.InvariantCulture, $"{Tcp}{host}:{port}")) { Address = address, Port = port };
    }

    public static Endpoint OfPath(string path) => new(Unix + path) { Path = path };

    public static bool TryParse(string text, [NotNullWhen(true)] out Endpoint? endpoint)
    {
        endpoint = null;
        if (text.StartsWith(Unix, StringComparison.Ordinal))
        {
            var path = text[Unix.Length..];
            if (path is ['/', ..] or ['@', _, ..] && !path.Contains('\0') && Fits(path))
                endpoint = OfPath(path);
        }
        else if (text.StartsWith(Tcp, StringComparison.Ordinal))
        {
            endpoint = ParseTcp(text.AsSpan(Tcp.Length));
        }

        return endpoint is not null;
    }

    /// <summary>The name of an endpoint that an application is configured with. .NET writes both kinds of Unix sockets as the protocol does; a path is relative to the directory of the process.</summary>
    public static string NameOf(EndPoint endPoint) => endPoint is not UnixDomainSocketEndPoint ? $"{Tcp}{endPoint}"
        : $"{endPoint}" is ['@', ..] and var name ? Unix + name : Unix + System.IO.Path.GetFullPath($"{endPoint}");

    /// <summary>Whether a Unix socket can have the path.</summary>
    public static bool Fits(string path) => Encoding.UTF8.GetByteCount(path) <= (path is ['@', ..] ? LongestPath + 1 : LongestPath);

    public bool Equals(Endpoint? other) => other is not null && Text == other.Text;

    public override int GetHashCode() => Text.GetHashCode(StringComparison.Ordinal);

    public override string ToString() => Text;

    private static Endpoint? ParseTcp(ReadOnlySpan<char> text)
    {
        var colon = text.LastIndexOf(':');
        if (colon <= 0 || !ushort.TryParse(text[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var port))
            return null;

        var host = text[..colon];
        var bracketed = host is ['[', .., ']'];
        if (!IPAddress.TryParse(bracketed ? host[1..^1] : host, out var address))
            return null;
        // "1" and "0x7f.1" are addresses to inet_aton alone; a v6 address without brackets hides its port.
        var isV6 = address.AddressFamily == AddressFamily.InterNetworkV6;
        if (isV6 != bracketed || (!isV6 && !host.SequenceEqual(address.ToString())))
            return null;
        return Of(address, port);
    }
}
