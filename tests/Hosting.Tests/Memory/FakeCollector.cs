using CrashShield.Hosting.Memory;

namespace CrashShield.Hosting.Tests.Memory;

/// <summary>A collector whose collections are made by the test.</summary>
internal sealed class FakeCollector : IGarbageCollector
{
    private readonly Dictionary<GCKind, CollectionRecord> _last = [];
    private readonly int[] _counts = new int[3];
    private long _index;

    public long Used { get; set; }

    public long Limit { get; set; } = 1_000;

    public int Asked { get; private set; }

    public int Count(int generation) => _counts[generation];

    public CollectionRecord Last(GCKind kind) => _last.GetValueOrDefault(kind) with { Limit = Limit };

    public void CollectInBackground() => Asked++;

    public void Young(double reclaimed = 1, long? left = null)
    {
        _counts[0]++;
        _last[GCKind.Ephemeral] = _last[GCKind.Any] = new(++_index, TimeSpan.FromMilliseconds(1), 1_000, (long)Math.Round(1_000 * (1 - reclaimed)), left ?? Used, Limit);
    }

    public void Full(double pauseMilliseconds = 10, long left = 100, GCKind kind = GCKind.FullBlocking)
    {
        Begin();
        End(pauseMilliseconds, left, kind);
    }

    /// <summary>A collection in the background is counted from here.</summary>
    public void Begin()
    {
        for (var generation = 0; generation < _counts.Length; generation++)
            _counts[generation]++;
    }

    public void End(double pauseMilliseconds, long left = 100, GCKind kind = GCKind.Background) =>
        _last[kind] = _last[GCKind.Any] = new(++_index, TimeSpan.FromMilliseconds(pauseMilliseconds), 1_000, left, left, Limit);
}
