using System.Net;
using System.Text;

namespace CrashShield.Load;

/// <summary>An address on this machine. The driver sends nothing anywhere else.</summary>
public sealed class Target
{
    private readonly Uri _url;

    private Target(Uri url, IPAddress address)
    {
        _url = url;
        EndPoint = new IPEndPoint(address, url.Port);
    }

    public Uri Url => _url;

    public bool IsTls => _url.Scheme == Uri.UriSchemeHttps;

    public IPEndPoint EndPoint { get; }

    /// <exception cref="ArgumentException">It is no http or https URL of 127.0.0.1 or [::1].</exception>
    public static Target Parse(string url) =>
        Uri.TryCreate(url, UriKind.Absolute, out var parsed) && (parsed.Scheme == Uri.UriSchemeHttp || parsed.Scheme == Uri.UriSchemeHttps)
        && IPAddress.TryParse(parsed.Host, out var address) && (address.Equals(IPAddress.Loopback) || address.Equals(IPAddress.IPv6Loopback))
            ? new Target(parsed, address)
            : throw new ArgumentException($"'{url}' is refused: load is only sent to http(s)://127.0.0.1:PORT/… or http(s)://[::1]:PORT/…");

    /// <summary>The bytes of a GET of the path that was given.</summary>
    public byte[] Request() => Request(_url.PathAndQuery);

    /// <summary>The head of a POST to the path that was given.</summary>
    public byte[] Post(int contentLength) => Encoding.ASCII.GetBytes(
        $"POST {_url.PathAndQuery} HTTP/1.1\r\nHost: {_url.Authority}\r\nContent-Length: {contentLength}\r\n\r\n");

    /// <summary>The bytes of a GET of another path, with more header fields when they are given.</summary>
    public byte[] Request(string pathAndQuery, params IEnumerable<string> fields) =>
        Encoding.ASCII.GetBytes($"GET {pathAndQuery} HTTP/1.1\r\nHost: {_url.Authority}\r\n{string.Concat(fields.Select(field => field + "\r\n"))}\r\n");
}
