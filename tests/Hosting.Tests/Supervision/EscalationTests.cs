using CrashShield.Hosting.Circuit;
using CrashShield.Hosting.Supervision;

namespace CrashShield.Hosting.Tests.Supervision;

public sealed class EscalationTests : IAsyncDisposable
{
    private readonly SupervisionFixture _fixture = new();

    [Fact]
    public async Task OneRestartTooManyStopsTheOthersAndThrowsTheLastFailure()
    {
        await using var scope = Open(SupervisionStrategy.OneForOne, maxRestarts: 2);
        var other = new ScriptedTask("other");
        scope.Start(other.Name, other.RunAsync);
        await other.Started();
        var attempts = 0;
        scope.Start("failing", _ => throw new FormatException($"attempt {Interlocked.Increment(ref attempts)}"));

        var failure = await Assert.ThrowsAsync<FormatException>(() => scope.WaitAsync().Within());
        Assert.Equal("attempt 3", failure.Message);
        Assert.Equal(3, attempts);
        Assert.Equal(1, other.Stops);
        Assert.Equal(3, scope.Failures.Count);
        Assert.Equal(2, _fixture.Count("crashshield.supervision.restarts", "task=failing"));
        Assert.Equal(3, _fixture.Count("crashshield.supervision.failures", "task=failing"));
    }

    [Fact]
    public async Task RestartsOutsideTheWindowDoNotCount()
    {
        await using var scope = Open(SupervisionStrategy.OneForOne, maxRestarts: 1);
        var child = new ScriptedTask("child");
        scope.Start(child.Name, child.RunAsync);
        for (var attempt = 1; attempt <= 5; attempt++)
        {
            await child.Started(attempt);
            child.Fail(new FormatException());
            await child.Started(attempt + 1);
            _fixture.Time.Advance(TimeSpan.FromSeconds(5.001));
        }

        Assert.False(scope.WaitAsync().IsCompleted);
    }

    [Fact]
    public async Task PermanentThatKeepsEndingIsAFailureOfItsOwnKind()
    {
        await using var scope = Open(SupervisionStrategy.OneForAll, maxRestarts: 1);
        scope.Start("ending", _ => Task.CompletedTask);

        var failure = await Assert.ThrowsAsync<RestartIntensityExceededException>(() => scope.WaitAsync().Within());
        Assert.Contains("'ending'", failure.Message);
        Assert.Contains("attempt 2", failure.Message);
        Assert.Equal("ending", (await scope.Failures.ReadAsync().Within()).TaskName);
    }

    [Fact]
    public async Task NestedScopeFailsItsParentAndTheFailureKeepsItsChild()
    {
        await using var parent = _fixture.Supervisor.OpenScope("parent");
        var sibling = new ScriptedTask("sibling");
        parent.Start(sibling.Name, sibling.RunAsync);
        await sibling.Started();
        await using var nested = parent.OpenScope("nested", SupervisionFixture.Policy(SupervisionStrategy.OneForOne, RestartType.Permanent, 0));
        var exception = new FormatException();
        nested.Start("grandchild", _ => throw exception);

        Assert.Same(exception, await Assert.ThrowsAsync<FormatException>(() => parent.WaitAsync().Within()));
        Assert.Equal(1, sibling.Stops);
        Assert.Equal("grandchild", (await parent.Failures.ReadAsync().Within()).TaskName);

        await nested.DisposeAsync();
        await parent.DisposeAsync();
        Assert.Empty(_fixture.Log.Of(exception));
        Assert.Equal(1, _fixture.Count("crashshield.supervision.failures", "task=grandchild"));
    }

    [Fact]
    public async Task EscalatedFailureReadFromTheParentIsTakenFromBoth()
    {
        var parent = _fixture.Supervisor.OpenScope("parent");
        var nested = parent.OpenScope("nested", SupervisionFixture.Policy(SupervisionStrategy.OneForOne, RestartType.Permanent, 0));
        nested.Start("grandchild", _ => throw new FormatException());
        await parent.Failures.ReadAsync().Within();
        await nested.DisposeAsync();
        await parent.DisposeAsync();

        Assert.Empty(_fixture.Log.All);
    }

    [Fact]
    public async Task FailureThatANestedScopeSettlesIsNotItsParents()
    {
        await using var parent = _fixture.Supervisor.OpenScope("parent");
        var nested = parent.OpenScope("nested");
        nested.Start("grandchild", _ => throw new FormatException());
        await Assert.ThrowsAsync<FormatException>(() => nested.WaitAsync().Within());
        await nested.DisposeAsync();

        await parent.WaitAsync().Within();
    }

    [Fact]
    public async Task ScopesInsideAServiceEndInTheHealthCircuit()
    {
        var service = _fixture.Supervisor.OpenService("Consumer", SupervisionFixture.Policy(SupervisionStrategy.OneForOne, maxRestarts: 1));
        var attempts = 0;
        service.Start("Consumer", async token =>
        {
            Interlocked.Increment(ref attempts);
            await using var outer = _fixture.Supervisor.OpenScope("outer", cancellationToken: token);
            await using var inner = outer.OpenScope("inner", SupervisionFixture.Policy(SupervisionStrategy.OneForAll, RestartType.Permanent, 2));
            inner.Start("poll", _ => throw new FormatException());
            await outer.WaitAsync(token);
        }, restart: null);

        await Deadline.Until(() => _fixture.Circuit.State.Level == CircuitLevel.Failed, "the circuit fails");
        Assert.Equal(2, attempts);
        Assert.Equal(6, _fixture.Count("crashshield.supervision.failures", "task=poll"));
        Assert.Contains("Consumer", _fixture.Circuit.State.Reason);
        Assert.Contains("System.FormatException", _fixture.Circuit.State.Reason);
    }

    [Fact]
    public async Task WaitsForTheBackoffAndStopsWaitingWhenTheScopeDoes()
    {
        var policy = new SupervisionPolicy
        {
            Restart = RestartType.Permanent, MaxRestarts = 1000, BackoffBase = TimeSpan.FromHours(1), BackoffMax = TimeSpan.FromHours(1), Within = TimeSpan.FromDays(1),
        };
        await using var scope = _fixture.Supervisor.OpenScope("scope", policy);
        var child = new ScriptedTask("child");
        var handle = scope.Start(child.Name, child.RunAsync);
        await child.Started();
        var failedAt = _fixture.Time.GetUtcNow();
        child.Fail(new FormatException());
        await scope.Failures.ReadAsync().Within();
        await _fixture.Advance(TimeSpan.FromMinutes(1), () => child.Starts == 2, "the backoff ends");
        Assert.InRange(_fixture.Time.GetUtcNow() - failedAt, TimeSpan.Zero, TimeSpan.FromHours(1.1));

        child.Fail(new FormatException());
        await scope.Failures.ReadAsync().Within();
        await scope.StopAsync().Within();
        await handle.Completion.Within();
        Assert.Equal(2, child.Starts);
    }

    public ValueTask DisposeAsync() => _fixture.DisposeAsync();

    private TaskScope Open(SupervisionStrategy strategy, int maxRestarts) =>
        _fixture.Supervisor.OpenScope("scope", SupervisionFixture.Policy(strategy, RestartType.Permanent, maxRestarts));
}
