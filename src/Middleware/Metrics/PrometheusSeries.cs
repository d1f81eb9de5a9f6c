using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Runtime.CompilerServices;
using Prometheus;

namespace CrashShield.Middleware.Metrics;

/// <summary>
/// One instrument's series, each found by its tags without allocating. A .NET measurement may carry any tags, so each set of
/// tag names gets a collector of its own.
/// </summary>
internal sealed class PrometheusSeries
{
    private static readonly Prometheus.Counter Dropped = Prometheus.Metrics.CreateCounter(
        "crashshield_metrics_dropped_total", "Measurements that Prometheus cannot show: a negative count, a name or label that is taken.", "instrument");

    // Of several hosts in the process each has such an instrument, and all show their values in one place.
    private static readonly ConditionalWeakTable<Gauge.Child, Count> Reporters = [];

    private readonly string _instrument;
    private readonly ConcurrentDictionary<KeyValuePair<string, object?>[], ShownSeries> _series = new(TagsComparer.Instance);
    private readonly ConcurrentDictionary<KeyValuePair<string, object?>[], ShownSeries>.AlternateLookup<TagSpan> _byTags;
    private readonly Func<string[], string[], ShownSeries> _create;
    private int _reading;

    private PrometheusSeries(string instrument, Func<string[], string[], ShownSeries> create, bool isRunning = false, bool isRead = false)
    {
        (_instrument, IsRunning, IsRead) = (instrument, isRunning, isRead);
        _create = create;
        _byTags = _series.GetAlternateLookup<TagSpan>();
    }

    /// <summary>Whether each value is the one before and a change, so that a change that is missed makes it wrong for ever.</summary>
    public bool IsRunning { get; }

    /// <summary>Whether it is read with each scrape: a set of tags that is not reported in a reading is not there any more.</summary>
    public bool IsRead { get; }

    /// <summary>Series for an instrument, or <see langword="null"/> for a kind that Prometheus has no twin of.</summary>
    public static PrometheusSeries? Create(IMetricFactory factory, Instrument instrument)
    {
        var kind = KindOf(instrument.GetType());
        var isCounter = kind == typeof(Counter<>) || kind == typeof(ObservableCounter<>);
        var name = PrometheusName.OfInstrument(instrument, isCounter);
        var help = OneLine(instrument.Description ?? "");

        if (kind == typeof(Counter<>))
            return new(name, (names, values) => new(factory.CreateCounter(name, help, names).WithLabels(values).Inc));
        if (kind == typeof(ObservableCounter<>))
            return new(name, (names, values) => new(factory.CreateCounter(name, help, names).WithLabels(values).IncTo));
        if (kind == typeof(UpDownCounter<>))
            return new(name, (names, values) => new(factory.CreateGauge(name, help, names).WithLabels(values).Inc), isRunning: true);
        if (kind == typeof(Gauge<>))
            return new(name, (names, values) => new(factory.CreateGauge(name, help, names).WithLabels(values).Set));
        if (kind == typeof(ObservableGauge<>) || kind == typeof(ObservableUpDownCounter<>))
        {
            return new(
                name,
                (names, values) =>
                {
                    var gauge = factory.CreateGauge(name, help, names).WithLabels(values);
                    return new(gauge.Set, Reporters.GetOrCreateValue(gauge), gauge.Unpublish);
                },
                isRead: true);
        }

        if (kind == typeof(Histogram<>))
        {
            var configuration = new HistogramConfiguration { Buckets = Buckets(instrument) };
            return new(name, (names, values) => new(factory.CreateHistogram(name, help, names, configuration).WithLabels(values).Observe));
        }

        return null;
    }

    // Applications may derive their own from .NET's.
    private static Type? KindOf(Type? type)
    {
        while (type is not null && !(type.IsGenericType && type.Assembly == typeof(Counter<>).Assembly))
            type = type.BaseType;
        return type?.GetGenericTypeDefinition();
    }

    // The text format has one line for it, and prometheus-net writes it as it is.
    private static string OneLine(string help) => string.Create(help.Length, help, static (line, help) =>
    {
        for (var i = 0; i < help.Length; i++)
            line[i] = char.IsControl(help[i]) ? ' ' : help[i];
    });

    /// <summary>Begins a reading.</summary>
    /// <returns>Its number, for <see cref="EndReading"/>.</returns>
    public int BeginReading() => Interlocked.Increment(ref _reading);

    /// <summary>Hides what was not reported since.</summary>
    public void EndReading(int reading)
    {
        // Another one has begun meanwhile, and ends later.
        if (reading != Volatile.Read(ref _reading))
            return;
        foreach (var (_, series) in _series)
            series.HideUnlessOf(reading);
    }

    /// <summary>Never throws: who measures is the application, which must not fail by what Prometheus cannot show.</summary>
    public void Record(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        try
        {
            if (!_byTags.TryGetValue(new(tags), out var series))
                series = _series.GetOrAdd(tags.ToArray(), New);
            series.Record(value, Volatile.Read(ref _reading));
        }
        catch (Exception)
        {
            Dropped.WithLabels(_instrument).Inc();
        }
    }

    private ShownSeries New(KeyValuePair<string, object?>[] tags)
    {
        // The same tags in another order are the same series; a tag without a value is none; of tags that become one label, the last counts.
        var labels = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var tag in tags.Where(static tag => tag.Value is not null))
            labels[PrometheusName.OfTag(tag.Key)] = Convert.ToString(tag.Value, CultureInfo.InvariantCulture) ?? "";
        try
        {
            return _create([.. labels.Keys], [.. labels.Values]);
        }
        catch (Exception)
        {
            // A name that another kind of metric has, or a label that Prometheus keeps for itself.
            return new(_ => Dropped.WithLabels(_instrument).Inc());
        }
    }

    private static double[]? Buckets(Instrument instrument) => instrument switch
    {
        Histogram<double> { Advice.HistogramBucketBoundaries: { } bounds } => [.. bounds],
        Histogram<long> { Advice.HistogramBucketBoundaries: { } bounds } => [.. bounds.Select(static bound => (double)bound)],
        Histogram<int> { Advice.HistogramBucketBoundaries: { } bounds } => [.. bounds.Select(static bound => (double)bound)],
        _ => null,
    };

    private sealed class ShownSeries(Action<double> record, Count? reporters = null, Action? hide = null)
    {
        private int _reading;
        private int _isReported;

        public void Record(double value, int reading)
        {
            Volatile.Write(ref _reading, reading);
            if (reporters is not null && Interlocked.Exchange(ref _isReported, 1) == 0)
                reporters.Add(1);
            // Shows it again, too.
            record(value);
        }

        public void HideUnlessOf(int reading)
        {
            if (Volatile.Read(ref _reading) != reading && Interlocked.Exchange(ref _isReported, 0) == 1 && reporters!.Add(-1) == 0)
                hide!();
        }
    }

    private sealed class Count
    {
        private int _value;

        public int Add(int change) => Interlocked.Add(ref _value, change);
    }
}
