using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace CrashShield.Middleware.Exceptions;

internal static class ErrorFormatNegotiation
{
    // No browser sends so much; parsing more would let a client make its failures expensive.
    private const int MaxAcceptLength = 1_024;

    private static readonly (ErrorFormat Format, MediaTypeHeaderValue[] Types)[] Offers =
    [
        (ErrorFormat.ProblemJson, [new("application/problem+json"), new("application/json")]),
        (ErrorFormat.Html, [new("text/html")]),
        (ErrorFormat.Text, [new("text/plain")]),
    ];

    /// <summary>What the client would rather read; problem JSON when it has no preference or accepts nothing that we write.</summary>
    public static ErrorFormat For(HttpRequest request)
    {
        if (request.ContentType?.StartsWith("application/grpc", StringComparison.OrdinalIgnoreCase) == true)
            return ErrorFormat.Grpc;

        var accept = request.Headers.Accept.ToString();
        var isPlain = accept.Length is 0 or > MaxAcceptLength || !accept.Contains("text/", StringComparison.OrdinalIgnoreCase);
        return isPlain || !MediaTypeHeaderValue.TryParseList(request.Headers.Accept, out var accepted)
            ? ErrorFormat.ProblemJson
            : Best(accepted);
    }

    private static ErrorFormat Best(IList<MediaTypeHeaderValue> accepted)
    {
        var best = (Format: ErrorFormat.ProblemJson, Quality: 0d);
        foreach (var (format, types) in Offers)
        {
            var quality = types.Max(type => Quality(type, accepted));
            if (quality > best.Quality)
                best = (format, quality);
        }

        return best.Format;
    }

    // The most specific range decides (RFC 9110, section 12.5.1).
    private static double Quality(MediaTypeHeaderValue type, IList<MediaTypeHeaderValue> accepted)
    {
        var match = accepted.Where(type.IsSubsetOf).MaxBy(static range => range.MatchesAllTypes ? 0 : range.MatchesAllSubTypes ? 1 : 2);
        return match is null ? 0 : match.Quality ?? 1;
    }
}
