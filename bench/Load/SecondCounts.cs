namespace CrashShield.Load;

/// <summary>Counts by the second that they fall into: an average hides a server that needs ten seconds to reach its rate.</summary>
public sealed class SecondCounts
{
    private readonly List<long> _counts = [];

    public void Add(TimeSpan at) => Add(Math.Max(0, (int)at.TotalSeconds), 1);

    public void Add(SecondCounts other)
    {
        for (var second = 0; second < other._counts.Count; second++)
            Add(second, other._counts[second]);
    }

    public long[] ToArray() => [.. _counts];

    private void Add(int second, long count)
    {
        while (_counts.Count <= second)
            _counts.Add(0);
        _counts[second] += count;
    }
}
