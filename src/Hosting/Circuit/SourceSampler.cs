using CrashShield.Hosting.Failures;
using Microsoft.Extensions.Options;

namespace CrashShield.Hosting.Circuit;

/// <summary>Reads one source on a thread of its own and reports to the circuit.</summary>
internal sealed class SourceSampler
{
    // A source reads files and counters; the default of 1.5 MB would only be more to commit under pressure.
    private const int StackSize = 256 * 1024;

    private readonly IPressureSource _source;
    private readonly HealthCircuit _circuit;
    private readonly SourceState _state;
    private readonly CircuitOptions _options;
    private readonly TimeProvider _time;
    private long _answered;

    public SourceSampler(IPressureSource source, HealthCircuit circuit, IOptions<CrashShieldOptions> options, TimeProvider time)
    {
        if (source.Interval <= TimeSpan.Zero)
        {
            throw new InvalidOperationException(
                $"The pressure source {source.Name} ({source.GetType()}) has the interval '{source.Interval}': must be more than zero.");
        }

        (_source, _circuit, _options, _time) = (source, circuit, options.Value.Circuit, time);
        _state = circuit.Add(source.Name);
        _answered = time.GetTimestamp();
    }

    /// <summary>Starts the thread, which ends when it is told to, or with the process when the source hangs.</summary>
    public void Start(WaitHandle stop)
    {
        Volatile.Write(ref _answered, _time.GetTimestamp());
        new Thread(() => Loop(stop), StackSize) { IsBackground = true, Name = $"shield {_source.Name}" }.Start();
    }

    /// <summary>Reads the source once. Never throws.</summary>
    public void Sample()
    {
        try
        {
            var reading = _source.Read();
            if (double.IsNaN(reading.Pressure))
                throw new InvalidOperationException("The reading is no number.");

            _circuit.Report(_state, reading);
        }
        catch (Exception e)
        {
            _circuit.Blind(_state, ExceptionText.Message(e), e);
        }

        Volatile.Write(ref _answered, _time.GetTimestamp());
    }

    /// <summary>Reports the source as blind when it owes a reading. Called from another thread than the source's.</summary>
    public void Check()
    {
        var silence = _time.GetElapsedTime(Volatile.Read(ref _answered));
        if (silence > _source.Interval + _options.BlindAfter)
            _circuit.Blind(_state, $"no reading for {silence.TotalSeconds:F0} s");
    }

    private void Loop(WaitHandle stop)
    {
        do
            Sample();
        while (!stop.WaitOne(_source.Interval));
    }
}
