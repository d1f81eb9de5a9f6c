using System.Buffers;
using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;

namespace CrashShield.Hosting.Telemetry;

/// <summary>Finds the trace that code belongs to without creating a span for it.</summary>
internal static class TraceContext
{
    /// <summary>The length of a trace id in hex digits.</summary>
    public const int IdLength = 32;

    private const int IdStart = 3;
    private const int ResponseLength = IdStart + IdLength + 4;
    private const int HeaderLength = 55;
    private const string InvalidVersion = "ff";

    private static readonly SearchValues<char> LowerHex = SearchValues.Create("0123456789abcdef");

    /// <summary>The trace id of the current span, or <see langword="null"/>.</summary>
    public static string? CurrentTraceId => TraceIdOf(Activity.Current);

    public static string? TraceIdOf(Activity? activity) =>
        activity is { IdFormat: ActivityIdFormat.W3C } ? activity.TraceId.ToHexString() : null;

    /// <summary>A trace id in the middle of a header without a span: <c>00-{32 hex}--00</c>, as <c>traceresponse</c> allows.</summary>
    public static string NewTraceResponse() => string.Create(ResponseLength, 0, static (header, none) =>
    {
        Span<byte> id = stackalloc byte[IdLength / 2];
        Random.Shared.NextBytes(id);
        id[0] |= 1; // Never all zero.
        "00-".CopyTo(header);
        Convert.TryToHexStringLower(id, header[IdStart..], out _);
        "--00".CopyTo(header[(IdStart + IdLength)..]);
    });

    /// <summary>
    /// Whether a <c>traceparent</c> header is well-formed (W3C Trace Context, section 3.2: lower-case hex, no all-zero ids,
    /// version ff forbidden, a later version may be longer).
    /// </summary>
    public static bool IsTraceParent([NotNullWhen(true)] string? header)
    {
        if (header is null || header.Length < HeaderLength || header[2] != '-' || header[35] != '-' || header[52] != '-')
            return false;

        var version = header.AsSpan(0, 2);
        return IsLowerHex(version) && !version.SequenceEqual(InvalidVersion)
            && (header.Length == HeaderLength || (!version.SequenceEqual("00") && header[HeaderLength] == '-'))
            && IsId(header.AsSpan(IdStart, IdLength)) && IsId(header.AsSpan(36, 16)) && IsLowerHex(header.AsSpan(53, 2));
    }

    /// <summary>The trace id in a header, or the id itself.</summary>
    public static ReadOnlySpan<char> IdIn(string? trace) => trace?.Length > IdLength ? trace.AsSpan(IdStart, IdLength) : trace;

    /// <summary>The header that <see cref="NewTraceResponse"/> made, or one with the same trace id.</summary>
    public static string TraceResponse(string? trace) => trace?.Length == ResponseLength
        ? trace
        : string.Create(null, stackalloc char[64], $"00-{IdIn(trace)}--00");

    private static bool IsId(ReadOnlySpan<char> id) => IsLowerHex(id) && id.ContainsAnyExcept('0');

    private static bool IsLowerHex(ReadOnlySpan<char> text) => !text.ContainsAnyExcept(LowerHex);
}
