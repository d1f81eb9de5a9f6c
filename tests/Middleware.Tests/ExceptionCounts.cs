using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using CrashShield.Hosting.Telemetry;

namespace CrashShield.Middleware.Tests;

/// <summary>What one application counted on <c>crashshield.exceptions</c>.</summary>
internal sealed class ExceptionCounts : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly ConcurrentDictionary<Series, long> _counts = new();

    public ExceptionCounts(IServiceProvider services)
    {
        var meters = services.GetRequiredService<IMeterFactory>();
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Name == "crashshield.exceptions" && ReferenceEquals(instrument.Meter.Scope, meters))
                listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<long>((_, value, tags, _) =>
            _counts.AddOrUpdate(Series.Of(tags), value, (_, count) => count + value));
        _listener.Start();
    }

    public IReadOnlyDictionary<Series, long> All => _counts;

    public long Total => _counts.Values.Sum();

    /// <summary>Waits until a series has a count: the response may be here before it is counted.</summary>
    public async Task WaitForAsync(Series series, long count)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        deadline.CancelAfter(TimeSpan.FromSeconds(10));
        while (_counts.GetValueOrDefault(series) != count)
            await Task.Delay(1, deadline.Token);
    }

    public void Dispose() => _listener.Dispose();

    public sealed record Series(string? ErrorType, string? Route, string? Outcome)
    {
        public static Series Of(ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            var byName = new Dictionary<string, object?>();
            foreach (var tag in tags)
                byName[tag.Key] = tag.Value;
            return new(
                (string?)byName[TagNames.ErrorType], (string?)byName.GetValueOrDefault(TagNames.HttpRoute), (string?)byName[TagNames.Outcome]);
        }
    }
}
