using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Globalization;
using Prometheus;

namespace CrashShield.Middleware.Metrics;

/// <summary>One instrument's series. A .NET measurement may carry any tags, so each set of tag names gets a collector of its own.</summary>
internal sealed class PrometheusSeries
{
    private readonly ConcurrentDictionary<string, Action<double, string[]>> _recorders = new(StringComparer.Ordinal);
    private readonly Func<string[], Action<double, string[]>> _create;

    private PrometheusSeries(Func<string[], Action<double, string[]>> create) => _create = create;

    /// <summary>Series for an instrument, or <see langword="null"/> for a kind that Prometheus has no twin of.</summary>
    public static PrometheusSeries? Create(IMetricFactory factory, Instrument instrument)
    {
        var kind = instrument.GetType().GetGenericTypeDefinition();
        var isCounter = kind == typeof(Counter<>) || kind == typeof(ObservableCounter<>);
        var name = PrometheusName.OfInstrument(instrument, isCounter);
        var help = instrument.Description ?? "";

        if (kind == typeof(Counter<>))
            return new(labels => Counting(factory.CreateCounter(name, help, labels)));
        if (kind == typeof(ObservableCounter<>))
            return new(labels => CountingTo(factory.CreateCounter(name, help, labels)));
        if (kind == typeof(UpDownCounter<>))
            return new(labels => Moving(factory.CreateGauge(name, help, labels)));
        if (kind == typeof(Gauge<>) || kind == typeof(ObservableGauge<>) || kind == typeof(ObservableUpDownCounter<>))
            return new(labels => Setting(factory.CreateGauge(name, help, labels)));
        if (kind == typeof(Histogram<>))
            return new(labels => Observing(factory.CreateHistogram(name, help, labels, new() { Buckets = Buckets(instrument) })));
        return null;
    }

    public void Record(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var sorted = new KeyValuePair<string, object?>[tags.Length];
        var count = 0;
        foreach (var tag in tags)
        {
            if (tag.Value is not null)
                sorted[count++] = tag;
        }

        Array.Sort(sorted, 0, count, ByKey.Instance);
        var values = new string[count];
        for (var i = 0; i < count; i++)
            values[i] = Convert.ToString(sorted[i].Value, CultureInfo.InvariantCulture) ?? "";
        Recorder(sorted.AsSpan(0, count))(value, values);
    }

    private Action<double, string[]> Recorder(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var names = new string[tags.Length];
        for (var i = 0; i < names.Length; i++)
            names[i] = tags[i].Key;
        var key = names.Length == 1 ? names[0] : string.Join(',', names);
        return _recorders.TryGetValue(key, out var known)
            ? known
            : _recorders.GetOrAdd(key, _ => _create(Array.ConvertAll(names, PrometheusName.OfTag)));
    }

    private static Action<double, string[]> Counting(Counter counter) => (value, labels) => counter.WithLabels(labels).Inc(value);

    private static Action<double, string[]> CountingTo(Counter counter) => (value, labels) => counter.WithLabels(labels).IncTo(value);

    private static Action<double, string[]> Moving(Gauge gauge) => (value, labels) => gauge.WithLabels(labels).Inc(value);

    private static Action<double, string[]> Setting(Gauge gauge) => (value, labels) => gauge.WithLabels(labels).Set(value);

    private static Action<double, string[]> Observing(Histogram histogram) => (value, labels) => histogram.WithLabels(labels).Observe(value);

    private static double[]? Buckets(Instrument instrument) => instrument switch
    {
        Histogram<double> { Advice.HistogramBucketBoundaries: { } bounds } => [.. bounds],
        Histogram<long> { Advice.HistogramBucketBoundaries: { } bounds } => [.. bounds.Select(static bound => (double)bound)],
        Histogram<int> { Advice.HistogramBucketBoundaries: { } bounds } => [.. bounds.Select(static bound => (double)bound)],
        _ => null,
    };

    private sealed class ByKey : IComparer<KeyValuePair<string, object?>>
    {
        public static readonly ByKey Instance = new();

        public int Compare(KeyValuePair<string, object?> x, KeyValuePair<string, object?> y) => string.CompareOrdinal(x.Key, y.Key);
    }
}
