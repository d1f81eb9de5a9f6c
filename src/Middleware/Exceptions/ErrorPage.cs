using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;

namespace CrashShield.Middleware.Exceptions;

/// <summary>The error for people: a page for browsers, lines for terminals.</summary>
internal static class ErrorPage
{
    public static string Html(ErrorAnswer answer)
    {
        var html = HtmlEncoder.Default;
        var rows = new StringBuilder();
        foreach (var (name, value) in Facts(answer))
            rows.Append(CultureInfo.InvariantCulture, $"<dt>{name}</dt><dd>{html.Encode(value)}</dd>");
        if (answer.Exception is { } exception)
            rows.Append(CultureInfo.InvariantCulture, $"</dl><pre>{html.Encode(exception)}</pre><dl>");

        return $$"""
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{{answer.StatusCode}} {{answer.Title}}</title>
            <style>body{font:16px/1.5 system-ui,sans-serif;margin:10vh auto;max-width:42rem;padding:0 1rem}
            dt{color:#666;font-size:.8em}dd{margin:0 0 .5rem;font-family:ui-monospace,monospace}pre{overflow:auto}</style>
            </head>
            <body>
            <h1>{{answer.StatusCode}} {{answer.Title}}</h1>
            <p>Something went wrong. When you report it, give the error id.</p>
            <dl>{{rows}}</dl>
            </body>
            </html>

            """;
    }

    public static string Text(ErrorAnswer answer)
    {
        var text = new StringBuilder().AppendLine(CultureInfo.InvariantCulture, $"{answer.StatusCode} {answer.Title}");
        foreach (var (name, value) in Facts(answer))
            text.AppendLine(CultureInfo.InvariantCulture, $"{name}: {value}");

        return text.Append(answer.Exception).ToString();
    }

    private static IEnumerable<(string Name, string Value)> Facts(ErrorAnswer answer)
    {
        yield return ("instance", answer.Failure.Path ?? "");
        yield return ("errorId", answer.Failure.ErrorId);
        yield return ("traceId", answer.Failure.TraceId!);
        yield return ("timestamp", answer.Timestamp.ToString("O", CultureInfo.InvariantCulture));
        if (answer.RetryAfter is { } seconds)
            yield return ("retryAfter", seconds.ToString(CultureInfo.InvariantCulture));
    }
}
