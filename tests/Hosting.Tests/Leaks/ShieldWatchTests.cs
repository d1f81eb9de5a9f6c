using System.Diagnostics;
using System.Runtime.CompilerServices;
using CrashShield.Hosting.Leaks;

namespace CrashShield.Hosting.Tests.Leaks;

public sealed class ShieldWatchTests : IDisposable
{
    private readonly LeakFixture _fixture = new();

    // A continuation runs on the pool when the one who completes the task has a synchronization context, as tests do.
    private int Alive => _fixture.Registry.Sites.Sum(site => site.Alive);

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public async Task FindsEveryAbandonedTask()
    {
        _fixture.Enter();
        Abandon(10_000);

        await _fixture.LookUntil(() => _fixture.Counts.Of("crashshield.tasks.abandoned", "method=forgotten") == 10_000, "10,000 of 10,000 are found");

        Assert.All(_fixture.Registry.Sites, site => Assert.Equal(0, site.Alive));
        Assert.Equal((1, 10_000), (_fixture.Source.Read().Pressure, _fixture.Watch.Leaked));
    }

    [Fact]
    public async Task SaysWhereFromHowOldAndOfWhichTrace()
    {
        _fixture.Enter();
        using var activity = new Activity("request").SetIdFormat(ActivityIdFormat.W3C).Start();
        Abandon(1);
        _fixture.Time.Advance(TimeSpan.FromSeconds(7));

        await _fixture.LookUntil(() => _fixture.Log.Named("TasksAbandoned").Count > 0, "it is logged");

        var logged = _fixture.Log.Named("TasksAbandoned").Single();
        Assert.Equal(("1", "forgotten", "7 s", $"{activity.TraceId}"), (logged["Count"], logged["Name"], logged["Age"], logged["TraceId"]));
        Assert.Matches(@"^Abandon \(ShieldWatchTests\.cs:\d+\)$", logged["Site"]);
    }

    [Fact]
    public async Task ReportsNoTaskThatEnded()
    {
        _fixture.Enter();
        End();

        await _fixture.LookUntil(() => Alive == 0, "all have ended");

        Assert.Empty(_fixture.Log.Problems);
    }

    [Fact]
    public async Task LogsASiteOnceAWindowWithACount()
    {
        _fixture.Enter();
        Abandon(3);
        await _fixture.LookUntil(() => _fixture.Log.Named("TasksAbandoned").Count == 1, "the first is logged");
        Abandon(4);
        await _fixture.LookUntil(() => _fixture.Counts.Of("crashshield.tasks.abandoned", "method=forgotten") == 7, "all are counted");
        Assert.Single(_fixture.Log.Named("TasksAbandoned"));

        _fixture.Time.Advance(TimeSpan.FromMinutes(1));
        _fixture.Watch.Step();

        Assert.Equal("4", _fixture.Log.Named("TasksAbandoned")[1]["Count"]);
        Assert.Equal(0, _fixture.Source.Read().Pressure);
    }

    [Fact]
    public async Task StuckTaskIsReportedOnceAndCountsUntilItEnds()
    {
        _fixture.Enter();
        var source = new TaskCompletionSource();
        Assert.Same(source.Task, Shield.Watch(source.Task, "waits"));
        Step(seconds: 59);
        Assert.Equal(0, _fixture.Watch.Leaked);

        Step(seconds: 1);
        Step(seconds: 120);

        Assert.Equal((1, 1), (_fixture.Counts.Of("crashshield.tasks.stuck", "method=waits"), _fixture.Watch.Leaked));
        var logged = _fixture.Log.Named("TasksOverdue").Single();
        Assert.Equal(("1", "waits"), (logged["Count"], logged["Name"]));
        source.SetResult();
        await _fixture.LookUntil(() => _fixture.Watch.Leaked == 0, "it has ended");
    }

    [Fact]
    public void TasksThatMayRightlyTakeHoursAreNoLeak()
    {
        _fixture.Enter();
        var held = new List<TaskCompletionSource>();
        for (var i = 0; i < 20_000; i++)
        {
            held.Add(new());
            Shield.WatchLongRunning(held[^1].Task, "export", TimeSpan.FromHours(6));
            Shield.WatchLongRunning(held[^1].Task, "connection", Timeout.InfiniteTimeSpan);
        }

        Step(seconds: 600);
        Assert.Equal(0, _fixture.Source.Read().Pressure);
        Assert.Empty(_fixture.Log.Named("TasksOverdue"));
        _fixture.Time.Advance(TimeSpan.FromHours(6));
        _fixture.Watch.Step();
        Assert.Equal(held.Count, _fixture.Watch.Leaked);
        Assert.Throws<ArgumentOutOfRangeException>(() => _ = Shield.WatchLongRunning(held[0].Task, "export", TimeSpan.Zero).Id);
    }

    [Fact]
    public void ProfileGroupsWhatIsAliveByNameAndAge()
    {
        _fixture.Enter();
        var held = new List<TaskCompletionSource>();
        Hold(held, 2);
        _fixture.Time.Advance(TimeSpan.FromSeconds(30));
        Hold(held, 3);

        var row = Assert.Single(LeakProfile.Take(_fixture.Registry));

        Assert.Equal("held", row.Site.Name);
        Assert.Equal([3, 0, 2, 0, 0, 0], row.Ages);
        Step(seconds: 60);
        Assert.Contains("5 <10m", _fixture.Log.Named("LeakProfile").Single()["Profile"], StringComparison.Ordinal);
        GC.KeepAlive(held);
    }

    [Fact]
    public async Task NamesMadeAtRunTimeDoNotFillTheMemory()
    {
        _fixture.Enter();
        var source = new TaskCompletionSource();
        for (var i = 0; i < 5_000; i++)
            _ = Shield.Watch(source.Task, $"order {i}");

        Assert.InRange(_fixture.Registry.Sites.Length, 1_000, 1_001);
        source.SetResult();
        await _fixture.LookUntil(() => Alive == 0, "all have ended");
    }

    [Fact]
    public void LookThatFindsNothingAllocatesNothing()
    {
        _fixture.Enter();
        var held = new List<TaskCompletionSource>();
        Hold(held, 10);
        for (var second = 0; second < 20; second++)
            Step(1);

        var allocated = 0L;
        for (var second = 0; second < 35; second++)
        {
            _fixture.Time.Advance(TimeSpan.FromSeconds(1));
            var before = GC.GetAllocatedBytesForCurrentThread();
            _fixture.Watch.Step();
            allocated += GC.GetAllocatedBytesForCurrentThread() - before;
        }

        Assert.Equal(0, allocated);
        GC.KeepAlive(held);
    }

    private void Step(int seconds)
    {
        _fixture.Time.Advance(TimeSpan.FromSeconds(seconds));
        _fixture.Watch.Step();
    }

    // Calls of their own, so that no frame that still runs holds a task.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Abandon(int count)
    {
        for (var i = 0; i < count; i++)
            Shield.Watch(new TaskCompletionSource<int>().Task, "forgotten");
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void End()
    {
        TaskCompletionSource completed = new(), failed = new(), cancelled = new();
        foreach (var source in new[] { completed, failed, cancelled })
            Shield.Watch(source.Task, "ends");
        completed.SetResult();
        failed.SetException(new InvalidOperationException("It failed."));
        Assert.NotNull(failed.Task.Exception);
        cancelled.SetCanceled(TestContext.Current.CancellationToken);
        Shield.Watch(Task.CompletedTask, "ends");
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Hold(List<TaskCompletionSource> held, int count)
    {
        for (var i = 0; i < count; i++)
        {
            held.Add(new());
            Shield.Watch(held[^1].Task, "held");
        }
    }
}
