using System.Diagnostics.Metrics;
using System.Runtime.CompilerServices;
using CrashShield.Hosting.Telemetry;
using Prometheus;

namespace CrashShield.Middleware.Metrics;

/// <summary>Takes the measurements of meters by name. While it pauses their series stay at their last values.</summary>
#pragma warning disable CA1001 // It listens for as long as the process lives.
internal sealed class PrometheusListener
#pragma warning restore CA1001
{
    // Whatever listener meets an instrument first is the one that counts it.
    private static readonly ConditionalWeakTable<Instrument, PrometheusSeries> Shown = [];

    private readonly ConditionalWeakTable<Instrument, PrometheusSeries> _pausable = [];
    private readonly PrometheusReadings _readings = new();
    private readonly Lock _lock = new();
    private readonly MeterListener _listener = new();
    private readonly string[] _patterns;
    private readonly IMetricFactory _factory;
    private bool _isPaused;

    public PrometheusListener(string[] patterns, IMetricFactory factory)
    {
        (_patterns, _factory) = (patterns, factory);
        _listener.InstrumentPublished = Meet;
        Record<byte>(static value => value);
        Record<short>(static value => value);
        Record<int>(static value => value);
        Record<long>(static value => value);
        Record<float>(static value => value);
        Record<double>(static value => value);
        Record<decimal>(static value => (double)value);
    }

    public void Start() => _listener.Start();

    public void Observe()
    {
        if (Volatile.Read(ref _isPaused))
            return;
        _readings.Read(_listener.RecordObservableInstruments);
    }

    public void Pause()
    {
        lock (_lock)
        {
            if (_isPaused)
                return;

            _isPaused = true;
            foreach (var (instrument, _) in _pausable)
                _listener.DisableMeasurementEvents(instrument);
        }
    }

    public void Resume()
    {
        lock (_lock)
        {
            if (!_isPaused)
                return;

            _isPaused = false;
            foreach (var (instrument, series) in _pausable)
                _listener.EnableMeasurementEvents(instrument, series);
        }
    }

    public static bool Matches(string pattern, string meter) => pattern.EndsWith('*')
        ? meter.StartsWith(pattern.AsSpan(0, pattern.Length - 1), StringComparison.Ordinal)
        : meter == pattern;

    private void Meet(Instrument instrument, MeterListener listener)
    {
        if (instrument.Meter.Name == TelemetryNames.Meter || !Array.Exists(_patterns, pattern => Matches(pattern, instrument.Meter.Name)))
            return;
        if (PrometheusSeries.Create(_factory, instrument) is not { } series || !Shown.TryAdd(instrument, series))
            return;

        _readings.Add(series);
        lock (_lock)
        {
            if (!series.IsRunning)
                _pausable.Add(instrument, series);
            if (series.IsRunning || !_isPaused)
                listener.EnableMeasurementEvents(instrument, series);
        }
    }

    private void Record<T>(Func<T, double> toDouble)
        where T : struct =>
        _listener.SetMeasurementEventCallback<T>((_, value, tags, series) => ((PrometheusSeries)series!).Record(toDouble(value), tags));
}
