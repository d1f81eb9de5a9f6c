using System.Collections.Concurrent;
using System.Diagnostics;
using CrashShield.Hosting.Cleanup;

namespace CrashShield.Hosting.Tests.Cleanup;

public class CleanupChainTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    private readonly ConcurrentQueue<string> _ran = [];
    private readonly CleanupChain _chain = new();

    [Fact]
    public async Task RunsEachAfterWhatItDependsOn()
    {
        var first = _chain.Add("0", Ran("0"));
        var second = _chain.Add("1", Ran("1"), first);
        var third = _chain.Add("2", Ran("2"), second);
        var report = await RunAsync();

        Assert.Equal([0, 1, 2], [first, second, third]);
        Assert.Equal(["0", "1", "2"], _ran);
        Assert.True(report.Succeeded);
        Assert.Equal(["0", "1", "2"], report.Steps.Select(step => step.Name));
    }

    [Fact]
    public async Task DependsOnNamesThatComeLaterAndOnIdsAtOnce()
    {
        var log = _chain.Add("log", Ran("log"), "flush");
        _chain.Add("close", Ran("close"), log, "flush");
        _chain.Add("flush", Ran("flush"));
        await RunAsync();

        Assert.Equal(["flush", "log", "close"], _ran);
    }

    [Fact]
    public void OrdersWithoutRunning()
    {
        _chain.Add("a", Ran("a"), "b", "c");
        _chain.Add("b", Ran("b"), "c");
        _chain.Add("c", Ran("c"));

        Assert.Equal([2, 1, 0], _chain.Order());
        Assert.Empty(_ran);
    }

    [Fact]
    public async Task AStepWaitsForTheAsynchronousEndOfAnother()
    {
        var release = new TaskCompletionSource();
        var running = new TaskCompletionSource();
        _chain.Add("slow", async _ =>
        {
            running.SetResult();
            await release.Task;
            _ran.Enqueue("slow");
        });
        _chain.Add("after", Ran("after"), "slow");
        var run = RunAsync();
        await running.Task.WaitAsync(Deadline);

        Assert.Empty(_ran);
        release.SetResult();
        await run;
        Assert.Equal(["slow", "after"], _ran);
    }

    [Fact]
    public async Task IndependentStepsRunInParallelThoughTheyBlock()
    {
        using var meeting = new Barrier(2);
        _chain.Add("left", Meet);
        _chain.Add("right", Meet);

        Assert.True((await RunAsync()).Succeeded);

        ValueTask Meet(CancellationToken cancellationToken)
        {
            meeting.SignalAndWait(cancellationToken);
            return default;
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task AFailingStepStopsNeitherTheOthersNorItsReport(bool throwsAtOnce)
    {
        var failure = new FormatException();
        _chain.Add("fails", throwsAtOnce ? _ => throw failure : _ => ValueTask.FromException(failure));
        _chain.Add("after", Ran("after"), "fails");
        _chain.Add("beside", Ran("beside"));
        var report = await RunAsync();

        Assert.Equal(["after", "beside"], _ran.Order());
        Assert.False(report.Succeeded);
        Assert.Equal([CleanupOutcome.Failed, CleanupOutcome.Succeeded, CleanupOutcome.Succeeded], report.Steps.Select(step => step.Outcome));
        Assert.Same(failure, report.Steps[0].Exception);
        Assert.Null(report.Steps[1].Exception);
    }

    [Fact]
    public async Task RunsOnce()
    {
        _chain.Add("step", Ran("step"));
        var first = _chain.RunAsync();
        var second = _chain.RunAsync(new CancellationToken(canceled: true));
        await first.WaitAsync(Deadline);

        Assert.Same(first, second);
        Assert.Single(_ran);
        Assert.Throws<InvalidOperationException>(() => _chain.Add("late", Ran("late")));
    }

    [Fact]
    public async Task StepsSeeTheCallersContextAndNotEachOthers()
    {
        var local = new AsyncLocal<string> { Value = "caller" };
        var seen = new ConcurrentQueue<string?>();
        _chain.Add("first", See);
        _chain.Add("second", See, "first");
        await RunAsync();

        Assert.Equal(["caller", "caller"], seen);

        ValueTask See(CancellationToken cancellationToken)
        {
            seen.Enqueue(local.Value);
            local.Value = "step";
            return default;
        }
    }

    [Fact]
    public async Task AnEmptyChainEnds()
    {
        var report = await RunAsync();

        Assert.Empty(report.Steps);
        Assert.True(report.Succeeded);
    }

    [Fact]
    public async Task AThousandStepsInARowNeedNoDeepStack()
    {
        // On a small stack, should the run be on the caller's.
        var run = new TaskCompletionSource<Task<CleanupReport>>();
        _chain.Add("0", _ => default);
        for (var i = 1; i < 1000; i++)
            _chain.Add($"{i}", Ran($"{i}"), i - 1);
        var thread = new Thread(() => run.SetResult(_chain.RunAsync()), maxStackSize: 128 * 1024);
        thread.Start();
        var report = await (await run.Task).WaitAsync(Deadline);

        Assert.True(report.Succeeded);
        Assert.Equal(Enumerable.Range(1, 999).Select(i => $"{i}"), _ran);
    }

    [Fact]
    public void TimeGrowsWithTheDependenciesAndNotTheirSquare()
    {
        // Backwards, so that a sort that scans for the next free step would need 20,000² / 2 looks.
        const int steps = 20_000;
        for (var i = 0; i < steps - 1; i++)
            _chain.Add($"{i}", Ran("never"), $"{i + 1}");
        _chain.Add($"{steps - 1}", Ran("never"));
        var started = Stopwatch.GetTimestamp();

        Assert.Equal(Enumerable.Range(0, steps).Reverse(), _chain.Order());
        Assert.InRange(Stopwatch.GetElapsedTime(started), TimeSpan.Zero, TimeSpan.FromSeconds(1));
    }

    private Func<CancellationToken, ValueTask> Ran(string name) => _ =>
    {
        _ran.Enqueue(name);
        return default;
    };

    private Task<CleanupReport> RunAsync() => _chain.RunAsync().WaitAsync(Deadline);
}
