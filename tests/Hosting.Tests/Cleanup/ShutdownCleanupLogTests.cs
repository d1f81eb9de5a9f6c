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

    private readonly ConcurrentQueue<(int Id, LogLevel Level, string Text, Exception? Exception)> _log = [];
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
                (1200, LogLevel.Error, "Clean-up step bad failed after 00:00:00.", failure),
                (1203, LogLevel.Information, "1 of 2 clean-up steps succeeded, in 00:00:00.", (Exception?)null),
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
                (1201, LogLevel.Error, "Clean-up step hangs was given up after 00:00:10."),
                (1202, LogLevel.Error, "Clean-up step heeds ended early after 00:00:30: the chain's time was up."),
                (1203, LogLevel.Information, "0 of 2 clean-up steps succeeded, in 00:00:30."),
            ],
            _log.Select(entry => (entry.Id, entry.Level, entry.Text)));
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

    private sealed class Collector(ConcurrentQueue<(int Id, LogLevel Level, string Text, Exception? Exception)> log) : ILoggerProvider, ILogger
    {
        public ILogger CreateLogger(string categoryName) =>
            categoryName.StartsWith("CrashShield.Hosting.Cleanup", StringComparison.Ordinal)
                ? this : Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            log.Enqueue((eventId.Id, logLevel, formatter(state, exception), exception));

        public bool IsEnabled(LogLevel logLevel) => true;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public void Dispose()
        {
        }
    }
}
