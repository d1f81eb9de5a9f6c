using CrashShield.Hosting.Leaks;

namespace CrashShield.Hosting.Tests.Leaks;

public class SurgeWatchTests
{
    [Fact]
    public void SteadyLeakIsNamedWithinAMinuteAndBurstsAreNot()
    {
        using var fixture = new LeakFixture();
        fixture.Enter();
        var (leaked, burst) = (new List<TaskCompletionSource>(), new List<TaskCompletionSource>());
        for (var second = 0; second < 60; second++)
        {
            for (var i = 0; i < 5; i++)
                Shield.Watch(Held(leaked), "leaks");
            if (second % 10 == 0)
            {
                for (var i = 0; i < 1_000; i++)
                    Shield.Watch(Held(burst), "bursts");
            }
            else
            {
                burst.ForEach(source => source.SetResult());
                burst.Clear();
            }

            fixture.Watch.Step();
            fixture.Time.Advance(TimeSpan.FromSeconds(1));
        }

        // Those of the process are in the same log and depend on what runs beside.
        var named = fixture.Log.Named("CountSurges").Select(record => record.Message).Where(message => message.Contains(nameof(SurgeWatchTests), StringComparison.Ordinal));
        Assert.StartsWith("leaks from", Assert.Single(named), StringComparison.Ordinal);
        GC.KeepAlive(leaked);
    }

    private static Task Held(List<TaskCompletionSource> held)
    {
        held.Add(new());
        return held[^1].Task;
    }
}
