namespace CrashShield.Load;

/// <summary>What one sender has seen. Not for several threads at once: each has its own, and they are added up in the end.</summary>
public sealed class Tally
{
    private readonly long[] _outcomes = new long[Enum.GetValues<Outcome>().Length];

    public LatencyHistogram Latency { get; } = new();

    /// <summary>Right answers that came soon enough to be of use.</summary>
    public long Good { get; private set; }

    public long Of(Outcome outcome) => _outcomes[(int)outcome];

    public long Total => _outcomes.Sum();

    public void Add(Outcome outcome, TimeSpan latency, TimeSpan good)
    {
        _outcomes[(int)outcome]++;
        if (outcome != Outcome.Ok)
            return;

        Latency.Add(latency);
        if (latency <= good)
            Good++;
    }

    public void Add(Tally other)
    {
        for (var i = 0; i < _outcomes.Length; i++)
            _outcomes[i] += other._outcomes[i];
        Latency.Add(other.Latency);
        Good += other.Good;
    }
}
