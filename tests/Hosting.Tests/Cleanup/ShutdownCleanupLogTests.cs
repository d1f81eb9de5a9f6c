using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace CrashShield.Hosting.Tests.Cleanup;

public class ShutdownCleanupLogTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    private readonly ConcurrentQueue<(string? Event, LogLevel Level, string Values, Exception? Exception)> _log = [];
    private readonly FakeTimeProvider _time = new();
    private readonly HostApplicationBuilder _builder = Host.CreateEmptyApplicationBuilder(null);

    public ShutdownCleanupLogTests()
    {
        _builder.Services.AddCrashShield(_builder.Configuration);
        _builder.Services.Replace(ServiceDescriptor.Singleton<TimeProvider>(_time));
        _builder.Logging.AddProvider(new Collector(_log));
    }

    [Fact]
    public async Task LogsEachThatDidNotSucceedOnceAndTheSum()
    {
        var failure = new FormatException();
        _builder.Services.AddShutdownStep("good", (_, _) => default);
        _builder.Services.AddShutdownStep("bad", (_, _) => throw failure);
        await RunHostAsync();

        Assert.Equal(
            [
                ("StepFailed", LogLevel.Error, "Duration 0 s, Step bad", failure),
                ("ChainEnded", LogLevel.Information, "Duration 0 s, Steps 2, Succeeded 1", (Exception?)null),
            ],
            _log);
    }

    [Fact]
    public async Task LogsWhatWasGivenUpAndWhatHadToHurry()
    {
        var hangs = Hang("hangs", timeout: TimeSpan.FromSeconds(10));
        var heeds = Hang("heeds", timeout: TimeSpan.FromMinutes(1));
        var stopped = RunHostAsync();
        await Task.WhenAll(hangs, heeds).WaitAsync(Deadline);
        _time.Advance(TimeSpan.FromSeconds(10));
        _time.Advance(TimeSpan.FromSeconds(20));
        await stopped;

        Assert.Equal(
            [
                ("StepTimedOut", LogLevel.Error, "Duration 10 s, Step hangs"),
                ("StepCanceled", LogLevel.Error, "Duration 30 s, Step heeds"),
                ("ChainEnded", LogLevel.Information, "Duration 30 s, Steps 2, Succeeded 0"),
            ],
            _log.Select(entry => (entry.Event, entry.Level, entry.Values)));
    }

    [Fact]
    public async Task AHostWithoutStepsLogsNothing()
    {
        await RunHostAsync();

        Assert.Empty(_log);
    }

    private Task Hang(string name, TimeSpan timeout)
    {
        var started = new TaskCompletionSource();
        _builder.Services.AddShutdownStep(
            name,
            async (_, cancellationToken) =>
            {
                var cancelled = new TaskCompletionSource();
                using var heeding = cancellationToken.Register(() => cancelled.SetCanceled(cancellationToken));
                started.SetResult();
                await cancelled.Task;
            },
            timeout);
        return started.Task;
    }

    private async Task RunHostAsync()
    {
        using var host = _builder.Build();
        await host.StartAsync();
        await host.StopAsync().WaitAsync(Deadline);
    }

    private sealed class Collector(ConcurrentQueue<(string? Event, LogLevel Level, string Values, Exception? Exception)> log) : ILoggerProvider, ILogger
    {
        public ILogger CreateLogger(string categoryName) =>
            categoryName.StartsWith("CrashShield.Hosting.Cleanup", StringComparison.Ordinal)
                ? this : Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            log.Enqueue((eventId.Name, logLevel, Values(state), exception));

        // By name, whatever the order in the text.
        private static string Values(object? state) => string.Join(", ", ((IEnumerable<KeyValuePair<string, object?>>)state!)
            .Where(value => value.Key != "{OriginalFormat}").OrderBy(value => value.Key, StringComparer.Ordinal)
            .Select(value => $"{value.Key} {value.Value}"));

        public bool IsEnabled(LogLevel logLevel) => true;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public void Dispose()
        {
        }
    }
}
