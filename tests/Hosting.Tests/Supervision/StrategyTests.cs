using System.Collections.Concurrent;
using CrashShield.Hosting.Supervision;

namespace CrashShield.Hosting.Tests.Supervision;

/// <summary>Three children a, b and c, started in this order; b ends.</summary>
public sealed class StrategyTests : IAsyncDisposable
{
    private readonly SupervisionFixture _fixture = new();
    private readonly ConcurrentQueue<string> _journal = new();
    private readonly ScriptedTask _a;
    private readonly ScriptedTask _b;
    private readonly ScriptedTask _c;
    private TaskScope _scope = null!;

    public StrategyTests() => (_a, _b, _c) = (new("a", _journal), new("b", _journal), new("c", _journal));

    [Theory]
    [InlineData(SupervisionStrategy.OneForOne, RestartType.Permanent, "start b")]
    [InlineData(SupervisionStrategy.OneForOne, RestartType.Transient, "start b")]
    [InlineData(SupervisionStrategy.RestForOne, RestartType.Permanent, "stop c, start b, start c")]
    [InlineData(SupervisionStrategy.RestForOne, RestartType.Transient, "stop c, start b, start c")]
    [InlineData(SupervisionStrategy.OneForAll, RestartType.Permanent, "stop c, stop a, start a, start b, start c")]
    [InlineData(SupervisionStrategy.OneForAll, RestartType.Transient, "stop c, stop a, start a, start b, start c")]
    public async Task FailureRestarts(SupervisionStrategy strategy, RestartType restart, string expected)
    {
        await StartAll(strategy, restart);
        _b.Fail(new FormatException());

        await Journal(expected);
        await _b.Started(2);
        Assert.False(_scope.WaitAsync().IsCompleted);
        await _scope.DisposeAsync();
    }

    [Theory]
    [InlineData(SupervisionStrategy.OneForOne, "start b")]
    [InlineData(SupervisionStrategy.RestForOne, "stop c, start b, start c")]
    [InlineData(SupervisionStrategy.OneForAll, "stop c, stop a, start a, start b, start c")]
    public async Task EndWithoutFailureRestartsThePermanent(SupervisionStrategy strategy, string expected)
    {
        await StartAll(strategy, RestartType.Permanent);
        _b.Finish();

        await Journal(expected);
        Assert.False(_scope.Failures.TryRead(out _));
        await _scope.DisposeAsync();
    }

    [Theory]
    [InlineData(SupervisionStrategy.OneForOne, RestartType.Transient)]
    [InlineData(SupervisionStrategy.RestForOne, RestartType.Transient)]
    [InlineData(SupervisionStrategy.OneForAll, RestartType.Transient)]
    [InlineData(SupervisionStrategy.OneForOne, RestartType.Temporary)]
    [InlineData(SupervisionStrategy.RestForOne, RestartType.Temporary)]
    [InlineData(SupervisionStrategy.OneForAll, RestartType.Temporary)]
    public async Task EndWithoutFailureConcernsNobodyElse(SupervisionStrategy strategy, RestartType restart)
    {
        var b = await StartAll(strategy, restart);
        _b.Finish();
        await b.Completion.Within();
        _a.Finish();
        _c.Finish();

        await _scope.WaitAsync().Within();
        Assert.Equal(["start a", "start b", "start c"], _journal);
    }

    [Theory]
    [InlineData(SupervisionStrategy.OneForOne, "", "a, c")]
    [InlineData(SupervisionStrategy.RestForOne, "stop c", "a")]
    [InlineData(SupervisionStrategy.OneForAll, "stop a, stop c", "")]
    public async Task FailureOfTheTemporaryCancelsWhatDependsOnIt(SupervisionStrategy strategy, string stopped, string left)
    {
        await StartAll(strategy, RestartType.Temporary);
        _b.Fail(new FormatException());
        foreach (var survivor in new[] { _a, _c }.Where(child => left.Contains(child.Name)))
        {
            await Deadline.Until(() => _journal.Count(line => line.StartsWith("stop")) == 2 - left.Split(", ", StringSplitOptions.RemoveEmptyEntries).Length, "stops");
            survivor.Finish();
        }

        await Assert.ThrowsAsync<FormatException>(() => _scope.WaitAsync().Within());
        Assert.Equal(stopped, string.Join(", ", _journal.Where(line => line.StartsWith("stop")).Order()));
        Assert.Equal(3, _journal.Count(line => line.StartsWith("start")));
    }

    [Fact]
    public async Task TemporarySiblingIsStoppedByARestartAndStaysAway()
    {
        _scope = _fixture.Supervisor.OpenScope("scope", SupervisionFixture.Policy(SupervisionStrategy.OneForAll, RestartType.Permanent));
        _scope.Start("a", _a.RunAsync);
        _scope.Start("b", _b.RunAsync);
        var temporary = _scope.Start("c", _c.RunAsync, RestartType.Temporary);
        await Task.WhenAll(_a.Started(), _b.Started(), _c.Started());
        _b.Fail(new FormatException());

        await temporary.Completion.Within();
        await _b.Started(2);
        await _a.Started(2);
        Assert.Equal(1, _c.Starts);
        await _scope.DisposeAsync();
    }

    [Fact]
    public async Task FailuresOfOneCauseAreOneRestart()
    {
        // What fails while it is stopped for the restart of b is told, but is no restart of its own.
        var policy = SupervisionFixture.Policy(SupervisionStrategy.OneForAll, RestartType.Permanent, maxRestarts: 1);
        _scope = _fixture.Supervisor.OpenScope("scope", policy);
        var starts = 0;
        _scope.Start("b", _b.RunAsync);
        _scope.Start("c", async token =>
        {
            Interlocked.Increment(ref starts);
            await Task.Delay(Timeout.Infinite, token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw new TimeoutException("clean-up");
        });
        await _b.Started();
        await Deadline.Until(() => starts == 1, "c starts");
        _b.Fail(new FormatException());

        await _b.Started(2);
        await Deadline.Until(() => starts == 2, "c starts again");
        Assert.False(_scope.WaitAsync().IsCompleted);
        Assert.Equal(2, _scope.Failures.Count);
        await _scope.DisposeAsync();
    }

    [Fact]
    public async Task RestartsOfTheGroupTakeTurnsAndTakeAlongWhoeverWaits()
    {
        var slow = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var stopping = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var hasStarted = false;
        _scope = _fixture.Supervisor.OpenScope("scope", SupervisionFixture.Policy(SupervisionStrategy.OneForAll, RestartType.Permanent));
        _scope.Start("a", _a.RunAsync);
        _scope.Start("slow", async token =>
        {
            Volatile.Write(ref hasStarted, true);
            await Task.Delay(Timeout.Infinite, token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            stopping.TrySetResult();
            await slow.Task;
        });
        await _a.Started();
        await Deadline.Until(() => Volatile.Read(ref hasStarted), "slow starts");
        _a.Fail(new FormatException());
        await _scope.Failures.ReadAsync().Within();
        await stopping.Task.Within();

        // Both fail while the first restart waits for the slow one; the second restart, of b, brings c back as well.
        _scope.Start("b", _b.RunAsync);
        _scope.Start("c", _c.RunAsync);
        await Task.WhenAll(_b.Started(), _c.Started());
        _b.Fail(new FormatException());
        await _scope.Failures.ReadAsync().Within();
        _c.Fail(new FormatException());
        await _scope.Failures.ReadAsync().Within();
        slow.SetResult();

        // The second restart may stop a before its second attempt came to run.
        await Task.WhenAll(_a.Started(2), _b.Started(2), _c.Started(2));
        await Deadline.Until(() => _fixture.Count("crashshield.supervision.restarts", "task=slow") == 2, "slow is restarted twice");
        await _scope.DisposeAsync().Within();
        Assert.Equal(2, _fixture.Count("crashshield.supervision.restarts", "task=a"));
        Assert.Equal((2, 2), (_b.Starts, _c.Starts));
    }

    [Fact]
    public async Task ChildThatMissesTheRestartOfItsGroupJoinsWhenItHasEnded()
    {
        var stubborn = new ScriptedTask("stubborn") { IgnoresCancellation = true };
        _scope = _fixture.Supervisor.OpenScope("scope", SupervisionFixture.Policy(SupervisionStrategy.OneForAll, RestartType.Permanent));
        _scope.Start("a", _a.RunAsync);
        _scope.Start("stubborn", stubborn.RunAsync);
        await Task.WhenAll(_a.Started(), stubborn.Started());
        _a.Fail(new FormatException());

        await _fixture.Advance(TimeSpan.FromSeconds(1), () => _a.Starts == 2, "a starts again without the stubborn one");
        Assert.Equal(1, stubborn.Starts);
        Assert.Equal("stubborn", Assert.Single(_fixture.Log.Named("TaskStuck"))["TaskName"]);
        Assert.Equal(1, _fixture.Count("crashshield.tasks.stuck", "method=stubborn"));

        stubborn.Finish();
        await stubborn.Started(2);
        stubborn.Finish();
        await stubborn.Started(3);
        await _fixture.Advance(TimeSpan.FromSeconds(1), () => _a.Starts == 3, "the group restarts once more for the end of the stubborn one");
        stubborn.Finish();
        var disposed = _scope.DisposeAsync().AsTask();
        await _fixture.Advance(TimeSpan.FromSeconds(1), () => disposed.IsCompleted, "the scope stops");
    }

    public ValueTask DisposeAsync() => _fixture.DisposeAsync();

    private async Task<SupervisedTask> StartAll(SupervisionStrategy strategy, RestartType restart)
    {
        _scope = _fixture.Supervisor.OpenScope("scope", SupervisionFixture.Policy(strategy, restart));
        _scope.Start("a", _a.RunAsync);
        await _a.Started();
        var b = _scope.Start("b", _b.RunAsync);
        await _b.Started();
        _scope.Start("c", _c.RunAsync);
        await _c.Started();
        return b;
    }

    // Stops go strictly in reverse; starts are queued in order, and the pool may overtake.
    private async Task Journal(string expected)
    {
        var lines = expected.Split(", ");
        await Deadline.Until(() => _journal.Count >= 3 + lines.Length, $"{expected}, not {string.Join(", ", _journal)}");
        var news = _journal.Skip(3).ToArray();
        Assert.Equal(lines.Where(IsStop), news.Where(IsStop));
        Assert.Equal(lines.Order(), news.Order());
        Assert.All(news.Take(lines.Count(IsStop)), line => Assert.True(IsStop(line)));

        static bool IsStop(string line) => line.StartsWith("stop", StringComparison.Ordinal);
    }
}
