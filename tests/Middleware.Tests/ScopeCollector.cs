using System.Collections.Concurrent;
using System.Globalization;

namespace CrashShield.Middleware.Tests;

/// <summary>Keeps the scopes and the culture in which each entry was logged.</summary>
internal sealed class ScopeCollector : ILoggerProvider, ISupportExternalScope
{
    private readonly ConcurrentQueue<(int Id, string Category, string Scopes, string Culture)> _entries = new();
    private IExternalScopeProvider? _scopes;

    public (int Id, string Category, string Scopes, string Culture)[] All => [.. _entries];

    public void SetScopeProvider(IExternalScopeProvider scopeProvider) => _scopes = scopeProvider;

    public ILogger CreateLogger(string categoryName) => new Logger(this, categoryName);

    public void Dispose()
    {
    }

    private sealed class Logger(ScopeCollector collector, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => collector._scopes?.Push(state);

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            List<string> scopes = [];
            collector._scopes?.ForEachScope(static (scope, all) => all.Add(scope?.ToString() ?? ""), scopes);
            collector._entries.Enqueue((eventId.Id, category, string.Join(" > ", scopes), CultureInfo.CurrentCulture.Name));
        }
    }
}
