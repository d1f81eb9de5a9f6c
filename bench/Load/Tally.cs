namespace CrashShield.Load;

/// <summary>What one sender has seen. Not for several threads at once: each has its own, and they are added up in the end.</summary>
public sealed class Tally
{
    private readonly long[] _outcomes = new long[Enum.GetValues<Outcome>().Length];

    public LatencyHistogram Latency { get; } = new();

    /// <summary>Right answers in each second of the measurement, where the sender knows when it began.</summary>
    public SecondCounts EachSecond { get; } = new();

    /// <summary>Right answers that came soon enough to be of use.</summary>
    public long Good { get; private set; }

    public long Of(Outcome outcome) => _outcomes[(int)outcome];

    public long Total => _outcomes.Sum();

    /// <summary>Counts one answer.</summary>
    /// <param name="outcome">What became of the request.</param>
    /// <param name="latency">How long it took.</param>
    /// <param name="good">How long it may take and still be of use.</param>
    /// <param name="at">When it came, from the beginning of the measurement.</param>
    public void Add(Outcome outcome, TimeSpan latency, TimeSpan good, TimeSpan? at = null)
    {
        _outcomes[(int)outcome]++;
        if (outcome != Outcome.Ok)
            return;

        Latency.Add(latency);
        if (at is { } since)
            EachSecond.Add(since);
        if (latency <= good)
            Good++;
    }

    public void Add(Tally other)
    {
        for (var i = 0; i < _outcomes.Length; i++)
            _outcomes[i] += other._outcomes[i];
        Latency.Add(other.Latency);
        EachSecond.Add(other.EachSecond);
        Good += other.Good;
    }
}
