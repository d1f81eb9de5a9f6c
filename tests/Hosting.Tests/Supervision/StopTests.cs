using System.Collections.Concurrent;
using CrashShield.Hosting.Supervision;

namespace CrashShield.Hosting.Tests.Supervision;

public sealed class StopTests : IAsyncDisposable
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(5);

    private readonly SupervisionFixture _fixture = new();
    private readonly ConcurrentQueue<string> _journal = new();

    [Theory]
    [InlineData(SupervisionStrategy.OneForOne)]
    [InlineData(SupervisionStrategy.OneForAll)]
    [InlineData(SupervisionStrategy.RestForOne)]
    public async Task StopsInReverseEachAfterTheOneBefore(SupervisionStrategy strategy)
    {
        var scope = _fixture.Supervisor.OpenScope("scope", SupervisionFixture.Policy(strategy));
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await Start(scope, "a", "b");
        var nested = scope.OpenScope("nested");
        await Start(nested, "n1", "n2");
        scope.Start("slow", async token =>
        {
            await Task.Delay(Timeout.Infinite, token).ContinueWith(_ => { }, TaskScheduler.Default);
            await gate.Task;
            _journal.Enqueue("stop slow");
        });
        await Start(scope, "c");

        var disposed = scope.DisposeAsync().AsTask();
        await Deadline.Until(() => _journal.Contains("stop c"), "c stops");
        Assert.DoesNotContain("stop n2", _journal);
        gate.SetResult();
        await disposed.Within();

        Assert.Equal(["stop c", "stop slow", "stop n2", "stop n1", "stop b", "stop a"], _journal.Where(line => line.StartsWith("stop")));
        await nested.DisposeAsync();
    }

    [Fact]
    public async Task ChildThatIgnoresCancellationIsReportedAndLeftBehind()
    {
        var scope = _fixture.Supervisor.OpenScope("orders");
        await Start(scope, "before");
        var stubborn = new ScriptedTask("stubborn") { IgnoresCancellation = true };
        var handle = scope.Start(stubborn.Name, stubborn.RunAsync);
        await stubborn.Started();
        var began = _fixture.Time.GetUtcNow();

        var disposed = scope.DisposeAsync().AsTask();
        // No further than that: the next child needs real time to stop, whatever the clock says.
        await _fixture.Advance(TimeSpan.FromMilliseconds(500), () => _fixture.Log.Named("TaskStuck").Count > 0, "the child is reported");
        await disposed.Within();

        Assert.True(_fixture.Time.GetUtcNow() - began >= Bound);
        Assert.Contains("stop before", _journal);
        var report = Assert.Single(_fixture.Log.Named("TaskStuck"));
        Assert.Equal(("stubborn", "orders"), (report["TaskName"], report["ScopeName"]));
        Assert.Equal(1, _fixture.Count("crashshield.tasks.stuck", "method=stubborn"));
        Assert.Equal(1, _fixture.Count("crashshield.supervision.active", "task=stubborn"));
        await handle.Completion.Within();

        // It still counts, and what becomes of it is still told, once.
        var late = new FormatException();
        stubborn.Fail(late);
        await Deadline.Until(() => _fixture.Log.Of(late).Count > 0, "the late failure is logged");
        Assert.Single(_fixture.Log.Of(late));
        // The log comes first, so that nobody finds a child ended that was not told of.
        await Deadline.Until(
            () => handle.Failure is not null && _fixture.Count("crashshield.supervision.active", "task=stubborn") == 0, "the handle has the failure");
        Assert.Same(late, handle.Failure!.Exception);
    }

    [Fact]
    public async Task FirstFailureDoesNotWaitForEverForTheStubborn()
    {
        await using var scope = _fixture.Supervisor.OpenScope("scope", new() { ShutdownTimeout = TimeSpan.FromSeconds(1) });
        var stubborn = Enumerable.Range(0, 20).Select(i => new ScriptedTask($"stubborn {i}") { IgnoresCancellation = true }).ToArray();
        foreach (var child in stubborn)
        {
            scope.Start(child.Name, child.RunAsync);
            await child.Started();
        }

        var began = _fixture.Time.GetUtcNow();
        scope.Start("failing", _ => throw new FormatException());
        var wait = scope.WaitAsync();
        await _fixture.Advance(TimeSpan.FromMilliseconds(100), () => wait.IsCompleted, "the scope fails");

        await Assert.ThrowsAsync<FormatException>(() => wait);
        Assert.True(_fixture.Time.GetUtcNow() - began >= TimeSpan.FromSeconds(1));
        Assert.Equal(20, _fixture.Log.Named("TaskStuck").Count);
    }

    [Fact]
    public async Task EachChildHasItsOwnBound()
    {
        var scope = _fixture.Supervisor.OpenScope("scope");
        foreach (var child in new[] { "one", "two" }.Select(name => new ScriptedTask(name) { IgnoresCancellation = true }))
        {
            scope.Start(child.Name, child.RunAsync);
            await child.Started();
        }

        var began = _fixture.Time.GetUtcNow();
        var disposed = scope.DisposeAsync().AsTask();
        await _fixture.Advance(TimeSpan.FromMilliseconds(500), () => disposed.IsCompleted, "the scope stops");
        Assert.True(_fixture.Time.GetUtcNow() - began >= 2 * Bound);
    }

    [Fact]
    public async Task StopInAHurryCancelsAllThatAreLeft()
    {
        var scope = _fixture.Supervisor.OpenScope("scope");
        var polite = new ScriptedTask("polite");
        var stubborn = new ScriptedTask("stubborn") { IgnoresCancellation = true };
        scope.Start(polite.Name, polite.RunAsync);
        scope.Start(stubborn.Name, stubborn.RunAsync);
        await Task.WhenAll(polite.Started(), stubborn.Started());
        using var hurry = new CancellationTokenSource();

        var stop = scope.StopAsync(hurry.Token);
        Assert.Equal(0, polite.Stops);
        await hurry.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => stop.Within());
        await Deadline.Until(() => polite.Stops == 1, "the polite one is cancelled");
        stubborn.Finish();
        await scope.DisposeAsync();
    }

    [Fact]
    public async Task CallbackOnCancellationThatThrowsOrBlocksHarmsNothing()
    {
        var scope = _fixture.Supervisor.OpenScope("scope");
        using var block = new ManualResetEventSlim();
        var registered = 0;
        scope.Start("throwing", async token =>
        {
            token.Register(() => throw new FormatException());
            Interlocked.Increment(ref registered);
            await Task.Delay(Timeout.Infinite, token);
        });
        scope.Start("blocking", async token =>
        {
            token.Register(() => block.Wait(CancellationToken.None));
            Interlocked.Increment(ref registered);
            await new TaskCompletionSource().Task;
        });
        await Deadline.Until(() => registered == 2, "both run");

        var disposed = scope.DisposeAsync().AsTask();
        await _fixture.Advance(TimeSpan.FromSeconds(1), () => disposed.IsCompleted, "the scope stops");
        block.Set();
        await Deadline.Until(() => _fixture.Log.Named("CancellationCallbackFailed").Count == 1, "the callback's failure is logged");
        Assert.Equal("blocking", Assert.Single(_fixture.Log.Named("TaskStuck"))["TaskName"]);
    }

    public ValueTask DisposeAsync() => _fixture.DisposeAsync();

    private async Task Start(TaskScope scope, params string[] names)
    {
        foreach (var name in names)
        {
            var child = new ScriptedTask(name, _journal);
            scope.Start(name, child.RunAsync);
            await child.Started();
        }
    }
}
