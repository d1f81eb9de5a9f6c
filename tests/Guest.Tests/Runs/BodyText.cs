using System.IO.Compression;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace CrashShield.Guest.Tests.Runs;

/// <summary>A body as text that can be compared.</summary>
internal static partial class BodyText
{
    private const int Longest = 2_000;
    private const int Shown = 300;

    public static string Of(byte[] body, HttpContentHeaders headers)
    {
        var encoding = headers.ContentEncoding.FirstOrDefault();
        var plain = encoding switch
        {
            "gzip" => Read(new GZipStream(new MemoryStream(body), CompressionMode.Decompress)),
            "br" => Read(new BrotliStream(new MemoryStream(body), CompressionMode.Decompress)),
            _ => body,
        };
        var text = Encoding.UTF8.GetString(plain);
        // The developer page: stacks and headers of the request, which differ with every line of the application.
        return text.Contains("<title>Internal Server Error</title>", StringComparison.Ordinal) && Heading().Match(text) is { Success: true } heading
            ? $"developer page: {heading.Groups[1].Value.Trim()}"
            : text;
    }

    /// <summary>A long text by its beginning and its hash.</summary>
    public static string Shortened(string text)
    {
        text = Normal.Text(text);
        return text.Length <= Longest ? text : $"{text[..Shown]}… {Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..12]}";
    }

    private static byte[] Read(Stream stream)
    {
        using var plain = new MemoryStream();
        using (stream)
            stream.CopyTo(plain);
        return plain.ToArray();
    }

    [GeneratedRegex(@"<div class=""titleerror"">(.*?)</div>", RegexOptions.Singleline)]
    private static partial Regex Heading();
}
