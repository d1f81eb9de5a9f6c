using CrashShield.Hosting.Failures;
using CrashShield.Hosting.Scheduling;
using Microsoft.Extensions.Options;

namespace CrashShield.Hosting.Circuit;

/// <summary>Has one source read, by one thread at a time, and reports to the circuit.</summary>
internal sealed class SourceSampler
{
    private const long NotReading = long.MinValue;

    private static readonly ContextCallback Read = static sampler => ((SourceSampler)sampler!).ReadSource();

    // What the first reading loads and compiles is not to hold up the start of the service.
    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(500);

    private static readonly TimeSpan Longest = TimeSpan.FromDays(1);

    private readonly IPressureSource _source;
    private readonly HealthCircuit _circuit;
    private readonly SourceState _state;
    private readonly CircuitOptions _options;
    private readonly TimeProvider _time;
    private readonly TimeSpan _interval;
    private ScheduledJob? _job;
    private ExecutionContext? _marked;
    private PressureReading _reading;
    private Exception? _failure;
    private long _answered;
    private long _begun;

    public SourceSampler(IPressureSource source, HealthCircuit circuit, IOptions<CrashShieldOptions> options, TimeProvider time)
    {
        _interval = source.Interval;
        if (_interval <= TimeSpan.Zero || _interval > Longest)
        {
            throw new InvalidOperationException(
                $"The pressure source {source.Name} ({source.GetType()}) has the interval '{_interval}': must be more than zero and at most a day.");
        }

        (_source, _circuit, _options, _time) = (source, circuit, options.Value.Circuit, time);
        _state = circuit.Add(source.Name);
        (_answered, _begun) = (time.GetTimestamp(), NotReading);
    }

    public void Start(ShieldSchedule schedule)
    {
        Volatile.Write(ref _answered, _time.GetTimestamp());
        _job = schedule.Add(Work);
        _job.RunAfter(_interval < First ? _interval : First);
    }

    public void Stop() => _job?.Remove();

    /// <summary>Reads the source once. Never throws.</summary>
    public void Sample()
    {
        Volatile.Write(ref _begun, _time.GetTimestamp());
        try
        {
            ExecutionContext.Run(_marked ??= RecoveryCalls.Mark(), Read, this);
            var reading = _reading;
            if (double.IsNaN(reading.Pressure))
                throw new InvalidOperationException("The reading is no number.");

            Volatile.Write(ref _failure, null);
            Volatile.Write(ref _answered, _time.GetTimestamp());
            // Last, as it may log, and nobody is to take the source for blind meanwhile.
            _circuit.Report(_state, reading);
        }
        catch (Exception e)
        {
            // No reading, as of one that hangs: a source that fails now and then keeps what it has asked for.
            Volatile.Write(ref _failure, e);
        }
        finally
        {
            Volatile.Write(ref _begun, NotReading);
        }
    }

    /// <summary>Reports the source as blind when it owes a reading. Called by another thread than the one that reads it.</summary>
    public void Check()
    {
        // One that takes its time over a reading owes it from when it was asked.
        var silence = _time.GetElapsedTime(Math.Max(Volatile.Read(ref _answered), Volatile.Read(ref _begun)));
        if (silence <= _interval + _options.BlindAfter)
            return;

        var failure = Volatile.Read(ref _failure);
        _circuit.Blind(_state, failure is null ? $"no reading for {silence.TotalSeconds:F0} s" : ExceptionText.Message(failure), failure);
    }

    private void ReadSource() => _reading = _source.Read();

    private void Work()
    {
        Sample();
        _job!.RunAbout(_interval);
    }
}
