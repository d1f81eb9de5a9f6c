using System.Diagnostics.Metrics;
using CrashShield.Hosting.Telemetry;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace CrashShield.Hosting.Circuit;

/// <summary>
/// The health of the process as one level: the highest that a source asks for, that an operator holds, or that has been latched. Sources report to
/// it and reactions read it; neither knows the other.
/// </summary>
public sealed class HealthCircuit
{
    private readonly Lock _lock = new();
    private readonly List<SourceState> _sources = [];
    private readonly CircuitHistory _history = new();
    private readonly CircuitOptions _options;
    private readonly CircuitJournal _journal;
    private readonly TimeProvider _time;
    private CircuitState _state;
    private CircuitLevel _held;
    private string? _heldReason;
    private string? _failure;
    private object? _asking;
    private long _openSince;

    internal HealthCircuit(ShieldMeter meter, ILogger<HealthCircuit> logger, IOptions<CrashShieldOptions> options, TimeProvider time)
    {
        _options = options.Value.Circuit;
        _journal = new(logger);
        _time = time;
        _state = new(CircuitLevel.Closed, null, time.GetUtcNow());
        meter.CreateGauge("crashshield.circuit.level", "{level}", "0 closed, 1 degraded, 2 open, 3 failed.", () => (int)Level);
        meter.CreateGauge("crashshield.pressure", "1", "The pressure of each source, 0 to 1.", () => Each(source => source.Pressure));
        meter.CreateGauge(
            "crashshield.pressure.blind", "{source}", "1 for each source that cannot be read, and shows no pressure for it.", () => Each(source => source.IsBlind ? 1 : 0));
    }

    /// <summary>Called with each change, in order and so under the lock: whoever listens only queues it.</summary>
    internal event Action<CircuitTransition>? Changed;

    /// <summary>Called when a source gets into trouble while another asks for as much already: from the level to the same one, with that source's reason. As <see cref="Changed"/>.</summary>
    internal event Action<CircuitTransition>? Joined;

    /// <summary>The level, why, and since when. Never blocks.</summary>
    public CircuitState State => Volatile.Read(ref _state);

    /// <summary>The level alone. Never blocks.</summary>
    public CircuitLevel Level => State.Level;

    /// <summary>The level that an operator holds; <see cref="CircuitLevel.Closed"/> when none does.</summary>
    public CircuitLevel Held
    {
        get
        {
            lock (_lock)
                return _held;
        }
    }

    /// <summary>Why it is held.</summary>
    internal string? HeldReason
    {
        get
        {
            lock (_lock)
                return _heldReason;
        }
    }

    /// <summary>What each source told last.</summary>
    public IReadOnlyList<SourceReport> Sources
    {
        get
        {
            lock (_lock)
                return [.. _sources.Select(source => source.Report)];
        }
    }

    /// <summary>The last 64 changes, oldest first.</summary>
    public IReadOnlyList<CircuitTransition> History
    {
        get
        {
            lock (_lock)
                return _history.ToArray();
        }
    }

    /// <summary>Whether the instance should get work: not while an operator holds a level, nor once the circuit has been open for a while.</summary>
    internal bool IsReady
    {
        get
        {
            lock (_lock)
            {
                return _held == CircuitLevel.Closed && (_state.Level < CircuitLevel.Open
                    || (_state.Level == CircuitLevel.Open && _time.GetElapsedTime(_openSince) < _options.NotReadyAfter));
            }
        }
    }

    /// <summary>Holds the circuit at no less than a level, until <see cref="Release"/>. The latest hold counts.</summary>
    /// <param name="level">The level, <see cref="CircuitLevel.Degraded"/> or <see cref="CircuitLevel.Open"/>.</param>
    /// <param name="reason">Why, in one line for the person on call.</param>
    /// <exception cref="ArgumentOutOfRangeException">The level cannot be held.</exception>
    public void Hold(CircuitLevel level, string reason)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(reason);
        if (level is not (CircuitLevel.Degraded or CircuitLevel.Open))
            throw new ArgumentOutOfRangeException(nameof(level), level, "Only Degraded and Open can be held; Fail() latches Failed, Release() ends a hold.");

        Change(() => (_held, _heldReason) = (level, reason));
    }

    /// <summary>Ends what <see cref="Hold"/> began.</summary>
    public void Release() => Change(() => (_held, _heldReason) = (CircuitLevel.Closed, null));

    /// <summary>Latches <see cref="CircuitLevel.Failed"/>. The first reason stays.</summary>
    /// <param name="reason">What cannot recover, in one line for the person on call.</param>
    public void Fail(string reason)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(reason);
        Change(() => _failure ??= reason);
    }

    /// <summary>Begins a hold, or ends the one that was begun for the same reason. Another one is left alone.</summary>
    /// <returns>Whether it holds now; <see langword="null"/> when another one does.</returns>
    internal bool? Toggle(CircuitLevel level, string reason)
    {
        bool? holds = null;
        Change(() =>
        {
            if (_held == CircuitLevel.Closed)
                (_held, _heldReason, holds) = (level, reason, true);
            else if (_heldReason == reason)
                (_held, _heldReason, holds) = (CircuitLevel.Closed, null, false);
        });
        return holds;
    }

    internal SourceState Add(string source)
    {
        lock (_lock)
        {
            var state = new SourceState(source, _options, _time);
            _sources.Add(state);
            return state;
        }
    }

    /// <summary>Takes a reading of a source. Allocates nothing unless it changes the level.</summary>
    internal void Report(SourceState source, PressureReading reading)
    {
        CircuitTransition? change;
        bool sees;
        lock (_lock)
        {
            sees = source.IsBlind;
            var wasClosed = source.Level == CircuitLevel.Closed;
            source.Take(reading);
            if (source.Level == CircuitLevel.Failed)
                _failure ??= $"{source.Name}: {source.Reason ?? "beyond recovery"}";
            change = Update_NeedsLock();
            if (wasClosed && source.Level != CircuitLevel.Closed && change is null)
                Joined?.Invoke(new(_state.Level, _state.Level, ReasonOf(source), _time.GetUtcNow()));
        }

        if (sees)
            _journal.TellSees(source.Name);
        _journal.Tell(change);
    }

    /// <summary>A source threw, or owes a reading.</summary>
    internal void Blind(SourceState source, string reason, Exception? exception = null)
    {
        CircuitTransition? change;
        lock (_lock)
        {
            if (!source.Blind(reason))
                return;
            change = Update_NeedsLock();
        }

        _journal.TellBlind(source.Name, reason, exception);
        _journal.Tell(change);
    }

    private void Change(Action change)
    {
        CircuitTransition? transition;
        lock (_lock)
        {
            change();
            transition = Update_NeedsLock();
        }

        _journal.Tell(transition);
    }

    private CircuitTransition? Update_NeedsLock()
    {
        var (level, worst) = Asked_NeedsLock();
        var before = _state;
        // Only a change has to be told, so that a reading without one makes no text.
        if (level == before.Level && worst == _asking)
            return null;

        _asking = worst;
        var reason = worst is SourceState source ? ReasonOf(source) : (string?)worst;
        if (level == before.Level)
        {
            Volatile.Write(ref _state, before with { Reason = reason });
            return null;
        }

        if (level == CircuitLevel.Open)
            _openSince = _time.GetTimestamp();
        var now = _time.GetUtcNow();
        Volatile.Write(ref _state, new(level, reason, now));
        var transition = new CircuitTransition(before.Level, level, reason, now);
        _history.Add(transition);
        Changed?.Invoke(transition);
        return transition;
    }

    // The level, and the source or the reason that asks for it.
    private (CircuitLevel Level, object? Asking) Asked_NeedsLock()
    {
        if (_failure is not null)
            return (CircuitLevel.Failed, _failure);

        (CircuitLevel Level, object? Asking) asked = (_held, _heldReason);
        foreach (var source in _sources)
        {
            if (source.Level > asked.Level)
                asked = (source.Level, source);
        }

        return asked;
    }

    private static string ReasonOf(SourceState source) => source.Reason is null ? source.Name : $"{source.Name}: {source.Reason}";

    private IEnumerable<Measurement<double>> Each(Func<SourceState, double> value)
    {
        lock (_lock)
            return [.. _sources.Select(source => new Measurement<double>(value(source), new KeyValuePair<string, object?>(TagNames.Source, source.Name)))];
    }
}
