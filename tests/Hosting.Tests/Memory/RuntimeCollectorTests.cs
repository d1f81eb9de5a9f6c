using CrashShield.Hosting.Memory;
using CrashShield.Hosting.Tests.Supervision;

namespace CrashShield.Hosting.Tests.Memory;

// Alone: a full collection that another test forces would be counted too.
[CollectionDefinition(nameof(RuntimeCollectorTests), DisableParallelization = true)]
[Collection(nameof(RuntimeCollectorTests))]
public class RuntimeCollectorTests
{
    private readonly GcStatistics _statistics;

    public RuntimeCollectorTests()
    {
        // Waits for one in the background that a test before has left: while it goes on, none that is asked for begins.
        GC.Collect();
        _statistics = new(new RuntimeCollector(), TimeSpan.FromMinutes(1), TimeSpan.FromSeconds(10), TimeProvider.System);
        FullCollectionCallback.Register(_statistics);
    }

    [Fact]
    public async Task ForcedFullCollectionsAreCountedExactly()
    {
        const int Forced = 25;
        var before = GC.CollectionCount(2);
        for (var i = 0; i < Forced; i++)
        {
            GC.Collect();
            // The callback alone counts: nothing else reads here.
            GC.WaitForPendingFinalizers();
        }

        var collected = GC.CollectionCount(2) - before;
        await Deadline.Until(() => _statistics.FullTotal >= collected, "all are counted");
        // The runtime may find that one more is due.
        Assert.InRange(collected, Forced, Forced + 3);
        Assert.Equal(collected, _statistics.FullTotal);
        TestContext.Current.TestOutputHelper?.WriteLine($"{_statistics.FullEnded} with a pause, mean {_statistics.Figures().FullPause}");
        Assert.InRange(_statistics.FullEnded, Forced, collected);
        Assert.True(_statistics.Figures().FullPause > TimeSpan.Zero);
    }

    [Fact]
    public async Task CollectionsInTheBackgroundAreSeenToEnd()
    {
        for (var i = 1; i <= 5; i++)
        {
            var (total, before) = (i, GC.CollectionCount(2));
            await Deadline.Until(
                () =>
                {
                    // While the last one is not quite over the runtime begins no other.
                    if (GC.CollectionCount(2) == before)
                        new RuntimeCollector().CollectInBackground();
                    return HasEnded(total);
                },
                $"collection {total} has ended");
        }

        Assert.Equal((5, 5), (_statistics.FullTotal, _statistics.FullEnded));
    }

    // The record of one in the background is written after its finalizers have run, so that it is a reading which sees it.
    private bool HasEnded(int total)
    {
        _statistics.Observe();
        return _statistics.FullTotal >= total && _statistics.FullEnded >= total;
    }

    [Fact]
    public void YoungCollectionHasAShare()
    {
        GC.Collect(0);
        var record = new RuntimeCollector().Last(GCKind.Ephemeral);
        Assert.InRange(record.Survived, 0, record.Before);
        Assert.InRange(record.Left, 1, record.Limit);
    }
}
