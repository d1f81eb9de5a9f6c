using CrashShield.Hosting.Leaks;
using CrashShield.Hosting.Tests.Supervision;

namespace CrashShield.Hosting.Tests.Leaks;

public class SurgeWatchTests
{
    [Fact]
    public async Task SteadyLeakIsNamedWithinAMinuteAndBurstsAreNot()
    {
        using var fixture = new LeakFixture();
        fixture.Enter();
        var (leaked, burst) = (new List<TaskCompletionSource>(), new List<TaskCompletionSource>());
        for (var second = 0; second < 60; second++)
        {
            for (var i = 0; i < 5; i++)
                _ = Shield.Watch(Held(leaked), "leaks");
            if (second % 10 == 0)
            {
                for (var i = 0; i < 1_000; i++)
                    _ = Shield.Watch(Held(burst), "bursts");
            }
            else
            {
                burst.ForEach(source => source.SetResult());
                burst.Clear();
                await Deadline.Until(() => fixture.Registry.Sites.All(site => site.Name != "bursts" || site.Alive == 0), "the burst is over");
            }

            fixture.Watch.Step();
            fixture.Time.Advance(TimeSpan.FromSeconds(1));
        }

        // Those of the process are in the same log and depend on what runs beside.
        var named = fixture.Log.Named("CountSurges").Where(record => record["Site"].Contains(nameof(SurgeWatchTests), StringComparison.Ordinal));
        Assert.Equal("leaks", Assert.Single(named)["Name"]);
        GC.KeepAlive(leaked);
    }

    private static Task Held(List<TaskCompletionSource> held)
    {
        held.Add(new());
        return held[^1].Task;
    }
}
