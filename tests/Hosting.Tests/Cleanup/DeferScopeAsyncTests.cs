using CrashShield.Hosting.Cleanup;

namespace CrashShield.Hosting.Tests.Cleanup;

public class DeferScopeAsyncTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    private readonly List<string> _ran = [];

    [Fact]
    public async Task RunsBothKindsLastInFirstOutEachToItsEnd()
    {
        await using (var scope = new DeferScope())
        {
            scope.Defer(() => _ran.Add("first"));
            scope.DeferAsync(() => AddLater("second"));
            scope.DeferAsync("third", AddLater);
            scope.Defer("fourth", _ran.Add);
        }

        Assert.Equal(["fourth", "third", "second", "first"], _ran);
    }

    [Fact]
    public async Task OneFailureIsThrownAsItselfAndStopsNoOther()
    {
        var scope = new DeferScope();
        scope.Defer(() => _ran.Add("first"));
        scope.DeferAsync(() => FailLater("second"));

        Assert.Equal("second", (await Assert.ThrowsAsync<FormatException>(async () => await scope.DisposeAsync())).Message);
        Assert.Equal(["first"], _ran);
    }

    [Fact]
    public async Task SeveralFailuresAreThrownInTheOrderOfRunning()
    {
        var scope = new DeferScope();
        scope.DeferAsync("first", FailLater);
        scope.Defer(() => throw new FormatException("second"));

        var thrown = await Assert.ThrowsAsync<AggregateException>(async () => await scope.DisposeAsync());
        Assert.Equal(["second", "first"], thrown.InnerExceptions.Select(e => e.Message));
    }

    [Fact]
    public async Task EndsOnceWhicheverWay()
    {
        var scope = new DeferScope();
        scope.DeferAsync("clean-up", AddLater);
        await scope.DisposeAsync();
        await scope.DisposeAsync();
        scope.Dispose();

        Assert.Equal(["clean-up"], _ran);
    }

    [Fact]
    public void SynchronousEndRunsAsynchronousCleanUpsInTheirPlace()
    {
        using (var scope = new DeferScope())
        {
            scope.Defer("first", _ran.Add);
            scope.DeferAsync("second", AddLater);
            scope.Defer("third", _ran.Add);
        }

        Assert.Equal(["third", "second", "first"], _ran);
    }

    [Fact]
    public async Task SynchronousEndNeedsNotTheContextItBlocks()
    {
        var ended = new TaskCompletionSource<SynchronizationContext?>();
        var thread = new Thread(() =>
        {
            // As a UI thread: what is posted to it runs only when the thread is free, which it is not until the scope has ended.
            SynchronizationContext.SetSynchronizationContext(new NeverRuns());
            SynchronizationContext? seen = null;
            using (var scope = new DeferScope())
            {
                scope.DeferAsync(async () =>
                {
                    seen = SynchronizationContext.Current;
                    await Task.Yield();
                });
            }

            ended.SetResult(seen);
        })
        { IsBackground = true };
        thread.Start();

        Assert.Null(await ended.Task.WaitAsync(Deadline));
    }

    private async ValueTask AddLater(string text)
    {
        await Task.Yield();
        _ran.Add(text);
    }

    private static async ValueTask FailLater(string text)
    {
        await Task.Yield();
        throw new FormatException(text);
    }

    private sealed class NeverRuns : SynchronizationContext
    {
        public override void Post(SendOrPostCallback d, object? state)
        {
        }
    }
}
