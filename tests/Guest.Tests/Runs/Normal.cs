using System.Text.RegularExpressions;

namespace CrashShield.Guest.Tests.Runs;

/// <summary>Takes out of a text what differs from run to run.</summary>
internal static partial class Normal
{
    private static readonly (Regex Pattern, string Name)[] Varying =
    [
        (Stack(), " {stack}"),
        (JsonStack(), " {stack}"),
        (Protected(), "{protected}"),
        (Ping(), ""),
        (HubScope(), "TransportConnectionId={connection}"),
        (HubConnection(), "$1{connection}\""),
        (Guid(), "{guid}"),
        (Hex32(), "{id}"),
        (Hex16(), "{span}"),
        (Connection(), "{connection}"),
        (IsoTime(), "{time}"),
        (HttpTime(), "{time}"),
        (Port(), "$1:{port}"),
        (PortTag(), "$1{port}"),
        (Milliseconds(), "{duration}"),
        (Seconds(), "{duration}"),
        (Generated(), "{lambda}"),
        (TemporaryPath(), "{temporary}"),
    ];

    public static string Text(string text)
    {
        foreach (var (pattern, name) in Varying)
            text = pattern.Replace(text, name);
        return text;
    }

    [GeneratedRegex(@"(\r?\n\s+at [^\r\n]+)+")]
    private static partial Regex Stack();

    // A stack inside of a JSON string, to the end of the string.
    [GeneratedRegex(@"(\\r)?\\n\s+at (?:[^""\\]|\\.)*")]
    private static partial Regex JsonStack();

    // What data protection has written.
    [GeneratedRegex(@"CfDJ8(?:[A-Za-z0-9_\-+/=%]|\\u002[bB])+")]
    private static partial Regex Protected();

    [GeneratedRegex(@"TransportConnectionId=[\w-]+")]
    private static partial Regex HubScope();

    // A hub's, which comes whenever it likes.
    [GeneratedRegex(@"\{""type"":6\}\u001e?")]
    private static partial Regex Ping();

    [GeneratedRegex(@"(""connection(?:Id|Token)"":"")[^""]+""")]
    private static partial Regex HubConnection();

    [GeneratedRegex(@"\b[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}\b")]
    private static partial Regex Guid();

    [GeneratedRegex(@"(?<![0-9a-f])[0-9a-f]{32}\b|(?<=%20)[0-9a-f]{32}\b")]
    private static partial Regex Hex32();

    [GeneratedRegex(@"\b[0-9a-f]{16}\b")]
    private static partial Regex Hex16();

    [GeneratedRegex(@"\b0HN[0-9A-Z]{10}(:[0-9A-F]{8})?\b")]
    private static partial Regex Connection();

    [GeneratedRegex(@"\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)?")]
    private static partial Regex IsoTime();

    [GeneratedRegex(@"\b(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT")]
    private static partial Regex HttpTime();

    [GeneratedRegex(@"\b(127\.0\.0\.1|localhost|\[::1\]):\d{4,5}\b")]
    private static partial Regex Port();

    [GeneratedRegex(@"\b((?:server|network\.peer|client)\.port=)\d+")]
    private static partial Regex PortTag();

    [GeneratedRegex(@"\b\d+([.,]\d+)?\s?ms\b")]
    private static partial Regex Milliseconds();

    [GeneratedRegex(@"\b\d{2}:\d{2}:\d{2}\.\d{3,7}\b")]
    private static partial Regex Seconds();

    [GeneratedRegex(@"lambda_method\d*|[bdgMR]?__\d+(_\d+)?")]
    private static partial Regex Generated();

    [GeneratedRegex(@"/tmp/[^\s""']+")]
    private static partial Regex TemporaryPath();
}
