using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.Extensions.Logging;

namespace CrashShield.Hosting.Tests.Supervision;

internal sealed record LogRecord(LogLevel Level, EventId Event, string Message, IReadOnlyDictionary<string, object?> Values, Exception? Exception)
{
    /// <summary>A value of the message by its name in the template; empty when there is none.</summary>
    public string this[string name] => Convert.ToString(Values.GetValueOrDefault(name), CultureInfo.InvariantCulture) ?? "";
}

/// <summary>Keeps what is logged.</summary>
internal sealed class LogRecords : ILoggerProvider
{
    private readonly ConcurrentQueue<LogRecord> _records = new();

    public IReadOnlyList<LogRecord> All => [.. _records];

    /// <summary>What was logged at Warning and above, by anybody.</summary>
    public IReadOnlyList<LogRecord> Problems => [.. _records.Where(record => record.Level >= LogLevel.Warning)];

    public IReadOnlyList<LogRecord> Named(string eventName) => [.. _records.Where(record => record.Event.Name == eventName)];

    public IReadOnlyList<LogRecord> Of(Exception exception) => [.. _records.Where(record => record.Exception == exception)];

    /// <summary>Whether the provider is broken.</summary>
    public bool Throws { get; set; }

    public ILogger CreateLogger(string categoryName) => new Logger(this);

    public void Dispose()
    {
    }

    private sealed class Logger(LogRecords records) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (records.Throws)
                throw new InvalidOperationException("This log is broken.");
            var values = (state as IEnumerable<KeyValuePair<string, object?>> ?? []).DistinctBy(value => value.Key).ToDictionary();
            records._records.Enqueue(new(logLevel, eventId, formatter(state, exception), values, exception));
        }
    }
}
