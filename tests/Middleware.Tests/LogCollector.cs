using System.Collections.Concurrent;

namespace CrashShield.Middleware.Tests;

/// <summary>Keeps what is logged, formatted as a console would, so that an exception that cannot be written shows.</summary>
internal sealed class LogCollector : ILoggerProvider
{
    private readonly ConcurrentQueue<Entry> _entries = new();

    public IReadOnlyList<Entry> All => [.. _entries];

    /// <summary>What was logged at Warning and above, by anybody.</summary>
    public IReadOnlyList<Entry> Problems => [.. _entries.Where(entry => entry.Level >= LogLevel.Warning)];

    public ILogger CreateLogger(string categoryName) => new Logger(this, categoryName);

    public void Dispose()
    {
    }

    /// <summary>Waits for something that comes after an answer, or without one.</summary>
    public async Task UntilAsync(Func<bool> condition)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        while (!condition())
            await Task.Delay(1, deadline.Token);
    }

    /// <summary>Waits until so much was logged under an event id of ours: a failure is reported after its answer is sent.</summary>
    public async Task<Entry[]> WaitForAsync(int eventId, int count = 1)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        while (true)
        {
            var found = All.Where(entry => entry.EventId.Id == eventId && entry.Category.StartsWith(nameof(CrashShield), StringComparison.Ordinal)).ToArray();
            if (found.Length >= count)
                return found;
            await Task.Delay(5, deadline.Token);
        }
    }

    /// <param name="Level">Its level.</param>
    /// <param name="Category">Its category.</param>
    /// <param name="EventId">The number and the name of the event.</param>
    /// <param name="Text">The message and the exception.</param>
    /// <param name="Values">The values of the message by their names in its template.</param>
    /// <param name="Exception">The exception.</param>
    public sealed record Entry(
        LogLevel Level, string Category, EventId EventId, string Text, IReadOnlyDictionary<string, object?> Values, Exception? Exception);

    private sealed class Logger(LogCollector collector, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            var values = (state as IEnumerable<KeyValuePair<string, object?>> ?? []).DistinctBy(value => value.Key).ToDictionary();
            collector._entries.Enqueue(new(logLevel, category, eventId, formatter(state, exception) + exception, values, exception));
        }
    }
}
