using CrashShield.Hosting.Failures;
using CrashShield.Hosting.Supervision;

namespace CrashShield.Hosting.Tests.Supervision;

public sealed class TaskScopeTests : IAsyncDisposable
{
    private readonly SupervisionFixture _fixture = new();

    private TaskSupervisor Supervisor => _fixture.Supervisor;

    [Fact]
    public async Task WaitsForAllChildren()
    {
        await using var scope = Supervisor.OpenScope("scope");
        var first = new ScriptedTask("first");
        var second = new ScriptedTask("second");
        var child = scope.Start(first.Name, first.RunAsync);
        scope.Start(second.Name, second.RunAsync);
        await first.Started();
        await second.Started();

        var wait = scope.WaitAsync();
        first.Finish();
        await child.Completion.Within();
        Assert.False(wait.IsCompleted);

        second.Finish();
        await wait.Within();
        Assert.Null(child.Failure);
        Assert.Equal(1, child.Attempt);
    }

    [Fact]
    public async Task WithoutChildrenThereIsNothingToWaitFor()
    {
        await using var scope = Supervisor.OpenScope("scope");
        Assert.True(scope.WaitAsync().IsCompletedSuccessfully);
    }

    [Fact]
    public async Task FirstFailureWinsWithItsOwnExceptionAfterTheOthersHaveStopped()
    {
        await using var scope = Supervisor.OpenScope("scope");
        var others = Enumerable.Range(0, 10).Select(i => new ScriptedTask($"other {i}")).ToArray();
        foreach (var other in others)
            scope.Start(other.Name, other.RunAsync);
        foreach (var other in others)
            await other.Started();
        var failure = new FormatException("bad");
        var failing = scope.Start("failing", _ => throw failure);

        Assert.Same(failure, await Assert.ThrowsAsync<FormatException>(() => scope.WaitAsync().Within()));
        Assert.All(others, other => Assert.Equal(1, other.Stops));
        Assert.Same(failure, failing.Failure!.Exception);
        Assert.Contains(nameof(FirstFailureWinsWithItsOwnExceptionAfterTheOthersHaveStopped), failure.StackTrace);

        // It stays the answer, and children that come too late do not run.
        await Assert.ThrowsAsync<FormatException>(() => scope.WaitAsync().Within());
        var late = scope.Start("late", _ => throw new InvalidOperationException("ran"));
        await late.Completion.Within();
        Assert.Null(late.Failure);
    }

    [Fact]
    public async Task ChannelCarriesTaskAttemptAndTime()
    {
        await using var scope = Supervisor.OpenScope("scope", SupervisionFixture.Policy(SupervisionStrategy.OneForOne, RestartType.Transient));
        var child = new ScriptedTask("child");
        var handle = scope.Start(child.Name, child.RunAsync);
        for (var attempt = 1; attempt <= 3; attempt++)
        {
            await child.Started(attempt);
            var exception = new TimeoutException($"{attempt}");
            child.Fail(exception);

            var failure = await scope.Failures.ReadAsync().Within();
            Assert.Same(exception, failure.Exception);
            Assert.Equal("child", failure.TaskName);
            Assert.Equal(attempt, failure.Attempt);
            Assert.Equal(FailureOrigin.SupervisedTask, failure.Origin);
            Assert.Equal(_fixture.Time.GetUtcNow(), failure.Timestamp);
            Assert.Same(failure, CapturedFailure.Find(exception));
        }

        await child.Started(4);
        Assert.Equal(4, handle.Attempt);
        child.Finish();
        await scope.WaitAsync().Within();
    }

    [Fact]
    public async Task CancellationOfTheScopeIsNoFailureAndAnyOtherIs()
    {
        await using var scope = Supervisor.OpenScope("scope");
        var child = new ScriptedTask("child");
        var stopped = scope.Start(child.Name, child.RunAsync);
        await child.Started();
        await scope.StopAsync().Within();
        await scope.WaitAsync().Within();
        Assert.Null(stopped.Failure);

        await using var other = Supervisor.OpenScope("other");
        var own = new OperationCanceledException("a timeout of its own");
        other.Start("child", async _ =>
        {
            await Task.Yield();
            throw own;
        });
        Assert.Same(own, await Assert.ThrowsAsync<OperationCanceledException>(() => other.WaitAsync().Within()));
    }

    [Fact]
    public async Task TokenOfTheOwnerCancelsAllAtOnce()
    {
        using var owner = new CancellationTokenSource();
        await using var scope = Supervisor.OpenScope("scope", cancellationToken: owner.Token);
        var children = Enumerable.Range(0, 3).Select(i => new ScriptedTask($"{i}")).ToArray();
        foreach (var child in children)
        {
            scope.Start(child.Name, child.RunAsync);
            await child.Started();
        }

        await owner.CancelAsync();

        var cancelled = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => scope.WaitAsync().Within());
        Assert.Equal(owner.Token, cancelled.CancellationToken);
        Assert.All(children, child => Assert.Equal(1, child.Stops));
        Assert.False(scope.Failures.TryRead(out _));
    }

    [Fact]
    public async Task TokenThatWasCancelledBeforeLetsNothingRun()
    {
        await using var scope = Supervisor.OpenScope("scope", cancellationToken: new CancellationToken(canceled: true));
        await scope.WaitAsync().Within();

        scope.Start("child", _ => throw new FormatException());
        await Assert.ThrowsAsync<OperationCanceledException>(() => scope.WaitAsync().Within());
    }

    [Fact]
    public async Task StopOfTheScopeAroundIsACancellation()
    {
        var parent = Supervisor.OpenScope("parent");
        await using var nested = parent.OpenScope("nested");
        var child = new ScriptedTask("child");
        nested.Start(child.Name, child.RunAsync);
        await child.Started();
        var wait = nested.WaitAsync();
        await parent.StopAsync().Within();

        await Assert.ThrowsAsync<OperationCanceledException>(() => wait.Within());
        Assert.Equal(1, child.Stops);

        await using var late = parent.OpenScope("late");
        late.Start("child", _ => throw new FormatException());
        await Assert.ThrowsAsync<OperationCanceledException>(() => late.WaitAsync().Within());
    }

    [Fact]
    public async Task WaitCanBeGivenUp()
    {
        await using var scope = Supervisor.OpenScope("scope");
        var child = new ScriptedTask("child");
        scope.Start(child.Name, child.RunAsync);
        await child.Started();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => scope.WaitAsync(new CancellationToken(canceled: true)).Within());
        Assert.Equal(0, child.Stops);
    }

    [Fact]
    public async Task RefusesChildrenAfterDispose()
    {
        var scope = Supervisor.OpenScope("scope");
        await scope.DisposeAsync();

        Assert.Throws<ObjectDisposedException>(() => scope.Start("child", _ => Task.CompletedTask));
        Assert.Throws<ObjectDisposedException>(() => scope.OpenScope("nested"));
        Assert.False(await scope.Failures.WaitToReadAsync().Within());
        await scope.DisposeAsync();
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData(null)]
    public async Task RefusesNamesThatSayNothing(string? name)
    {
        await using var scope = Supervisor.OpenScope("scope");
        Assert.ThrowsAny<ArgumentException>(() => Supervisor.OpenScope(name!));
        Assert.ThrowsAny<ArgumentException>(() => Supervisor.Run(name!, _ => Task.CompletedTask));
        Assert.ThrowsAny<ArgumentException>(() => scope.Start(name!, _ => Task.CompletedTask));
        Assert.ThrowsAny<ArgumentException>(() => scope.OpenScope(name!));
    }

    [Fact]
    public async Task RefusesWorkAndRestartTypesThatAreNone()
    {
        await using var scope = Supervisor.OpenScope("scope");
        Assert.Throws<ArgumentNullException>(() => scope.Start("child", null!));
        Assert.Throws<ArgumentOutOfRangeException>(() => scope.Start("child", _ => Task.CompletedTask, (RestartType)9));

        scope.Start("null", _ => null!);
        var refusal = await Assert.ThrowsAsync<InvalidOperationException>(() => scope.WaitAsync().Within());
        Assert.Contains("'null'", refusal.Message);
    }

    [Fact]
    public async Task WorkNeverRunsOnTheCallersStack()
    {
        await using var scope = Supervisor.OpenScope("scope");
        using var gate = new ManualResetEventSlim();
        scope.Start("child", token =>
        {
            gate.Wait(token);
            return Task.CompletedTask;
        });
        gate.Set();
        await scope.WaitAsync().Within();
    }

    public ValueTask DisposeAsync() => _fixture.DisposeAsync();
}
