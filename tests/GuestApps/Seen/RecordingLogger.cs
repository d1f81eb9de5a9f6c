using System.Globalization;

namespace CrashShield.GuestApps.Seen;

internal sealed class RecordingLogger(string category, Func<IExternalScopeProvider> scopes) : ILogger
{
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => scopes().Push(state);

    public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        var entry = $"{logLevel} {category}[{eventId.Id}{(eventId.Name is { } name ? " " + name : "")}]";
        var thrown = exception is null ? "" : $" | {exception.GetType().FullName}: {FirstLine(exception.Message)}";
        SeenLog.Add(SeenKind.Log, $"{entry} {FirstLine(formatter(state, exception))}{thrown}");
        SeenLog.Add(SeenKind.LogScopes, $"{entry} {ScopesText()}");
        SeenLog.Add(SeenKind.LogCulture, $"{entry} {CultureInfo.CurrentCulture.Name}/{CultureInfo.CurrentUICulture.Name}");
    }

    private string ScopesText()
    {
        var all = new List<string>();
        scopes().ForEachScope(static (scope, texts) => texts.Add(Text(scope)), all);
        return string.Join(" > ", all);
    }

    private static string Text(object? scope) => scope is IEnumerable<KeyValuePair<string, object?>> pairs
        ? string.Join(' ', pairs.Where(pair => pair.Key != "{OriginalFormat}").Select(pair => $"{pair.Key}={pair.Value}"))
        : scope?.ToString() ?? "";

    // Messages are compared line by line, and a second line is a stack.
    private static string FirstLine(string text) => text.AsSpan().IndexOfAny('\r', '\n') is var end and >= 0 ? text[..end] : text;
}
