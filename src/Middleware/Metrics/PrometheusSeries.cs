using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Globalization;
using Prometheus;

namespace CrashShield.Middleware.Metrics;

/// <summary>
/// One instrument's series, each found by its tags without allocating. A .NET measurement may carry any tags, so each set of
/// tag names gets a collector of its own.
/// </summary>
internal sealed class PrometheusSeries
{
    private readonly ConcurrentDictionary<KeyValuePair<string, object?>[], Action<double>> _series = new(TagsComparer.Instance);
    private readonly ConcurrentDictionary<KeyValuePair<string, object?>[], Action<double>>.AlternateLookup<TagSpan> _byTags;
    private readonly Func<string[], string[], Action<double>> _create;

    private PrometheusSeries(Func<string[], string[], Action<double>> create)
    {
        _create = create;
        _byTags = _series.GetAlternateLookup<TagSpan>();
    }

    /// <summary>Series for an instrument, or <see langword="null"/> for a kind that Prometheus has no twin of.</summary>
    public static PrometheusSeries? Create(IMetricFactory factory, Instrument instrument)
    {
        var kind = instrument.GetType().GetGenericTypeDefinition();
        var isCounter = kind == typeof(Counter<>) || kind == typeof(ObservableCounter<>);
        var name = PrometheusName.OfInstrument(instrument, isCounter);
        var help = instrument.Description ?? "";

        if (kind == typeof(Counter<>))
            return new((names, values) => factory.CreateCounter(name, help, names).WithLabels(values).Inc);
        if (kind == typeof(ObservableCounter<>))
            return new((names, values) => factory.CreateCounter(name, help, names).WithLabels(values).IncTo);
        if (kind == typeof(UpDownCounter<>))
            return new((names, values) => factory.CreateGauge(name, help, names).WithLabels(values).Inc);
        if (kind == typeof(Gauge<>) || kind == typeof(ObservableGauge<>) || kind == typeof(ObservableUpDownCounter<>))
            return new((names, values) => factory.CreateGauge(name, help, names).WithLabels(values).Set);
        if (kind == typeof(Histogram<>))
        {
            var configuration = new HistogramConfiguration { Buckets = Buckets(instrument) };
            return new((names, values) => factory.CreateHistogram(name, help, names, configuration).WithLabels(values).Observe);
        }

        return null;
    }

    public void Record(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (!_byTags.TryGetValue(new(tags), out var record))
        {
            var key = tags.ToArray();
            record = _series.GetOrAdd(key, New);
        }

        record(value);
    }

    private Action<double> New(KeyValuePair<string, object?>[] tags)
    {
        // The same tags in another order are the same series; a tag without a value is none.
        var labels = tags.Where(static tag => tag.Value is not null).OrderBy(static tag => tag.Key, StringComparer.Ordinal).ToArray();
        return _create(
            Array.ConvertAll(labels, static tag => PrometheusName.OfTag(tag.Key)),
            Array.ConvertAll(labels, static tag => Convert.ToString(tag.Value, CultureInfo.InvariantCulture) ?? ""));
    }

    private static double[]? Buckets(Instrument instrument) => instrument switch
    {
        Histogram<double> { Advice.HistogramBucketBoundaries: { } bounds } => [.. bounds],
        Histogram<long> { Advice.HistogramBucketBoundaries: { } bounds } => [.. bounds.Select(static bound => (double)bound)],
        Histogram<int> { Advice.HistogramBucketBoundaries: { } bounds } => [.. bounds.Select(static bound => (double)bound)],
        _ => null,
    };
}
