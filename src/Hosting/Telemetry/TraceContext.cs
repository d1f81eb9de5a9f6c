using System.Buffers;
using System.Diagnostics;

namespace CrashShield.Hosting.Telemetry;

/// <summary>Finds the trace that code belongs to without creating a span for it.</summary>
internal static class TraceContext
{
    private const int HeaderLength = 55;
    private const string InvalidVersion = "ff";

    private static readonly SearchValues<char> LowerHex = SearchValues.Create("0123456789abcdef");

    /// <summary>The trace id of the current span, or <see langword="null"/>.</summary>
    public static string? CurrentTraceId => TraceIdOf(Activity.Current);

    public static string? TraceIdOf(Activity? activity) =>
        activity is { IdFormat: ActivityIdFormat.W3C } ? activity.TraceId.ToHexString() : null;

    public static string NewTraceId() => ActivityTraceId.CreateRandom().ToHexString();

    /// <summary>
    /// The trace id in a <c>traceparent</c> header, or <see langword="null"/> when the header is absent or malformed
    /// (W3C Trace Context, section 3.2: lower-case hex, no all-zero ids, version ff forbidden, a later version may be longer).
    /// </summary>
    public static string? ParseTraceParent(string? header)
    {
        if (header is null || header.Length < HeaderLength || header[2] != '-' || header[35] != '-' || header[52] != '-')
            return null;

        var version = header.AsSpan(0, 2);
        var wellFormed = IsLowerHex(version) && !version.SequenceEqual(InvalidVersion)
            && (header.Length == HeaderLength || (!version.SequenceEqual("00") && header[HeaderLength] == '-'))
            && IsId(header.AsSpan(3, 32)) && IsId(header.AsSpan(36, 16)) && IsLowerHex(header.AsSpan(53, 2));
        return wellFormed ? header.Substring(3, 32) : null;
    }

    private static bool IsId(ReadOnlySpan<char> id) => IsLowerHex(id) && id.ContainsAnyExcept('0');

    private static bool IsLowerHex(ReadOnlySpan<char> text) => !text.ContainsAnyExcept(LowerHex);
}
