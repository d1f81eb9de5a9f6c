using CrashShield.Hosting.Supervision;
using Microsoft.Extensions.Logging;

namespace CrashShield.Hosting.Tests.Supervision;

/// <summary>A failure is told to somebody, and to nobody twice.</summary>
public sealed class FailureDeliveryTests : IAsyncDisposable
{
    private readonly SupervisionFixture _fixture = new();

    [Fact]
    public async Task ThrownToTheOwnerIsNotLogged()
    {
        var exception = new FormatException();
        var scope = _fixture.Supervisor.OpenScope("scope");
        scope.Start("child", _ => throw exception);
        await Assert.ThrowsAsync<FormatException>(() => scope.WaitAsync().Within());
        await scope.DisposeAsync();

        Assert.Empty(_fixture.Log.All);
        Assert.Empty(_fixture.Hooked);
        Assert.Equal(1, _fixture.Count("crashshield.supervision.failures", "task=child"));
    }

    [Fact]
    public async Task ReadByTheOwnerIsNotLogged()
    {
        var scope = _fixture.Supervisor.OpenScope("scope");
        scope.Start("child", _ => throw new FormatException());
        await scope.Failures.ReadAsync().Within();
        await scope.DisposeAsync();

        Assert.Empty(_fixture.Log.All);
    }

    [Fact]
    public async Task TakenByNobodyIsLoggedOnceWhenTheScopeEnds()
    {
        var exceptions = new Exception[] { new FormatException("1"), new TimeoutException("2") };
        var scope = _fixture.Supervisor.OpenScope("scope", SupervisionPolicy.Independent);
        foreach (var exception in exceptions)
            await scope.Start("child", _ => throw exception).Completion.Within();
        Assert.Empty(_fixture.Log.All);

        // The first goes to the owner, the second is left.
        await Assert.ThrowsAsync<FormatException>(() => scope.WaitAsync().Within());
        await scope.DisposeAsync();
        await scope.DisposeAsync();

        var record = Assert.Single(_fixture.Log.All);
        Assert.Same(exceptions[1], record.Exception);
        Assert.Equal((1100, "TaskFailed", LogLevel.Error), (record.Event.Id, record.Event.Name, record.Level));
        await Deadline.Until(() => _fixture.Hooked.Count == 1, "the hook is told");
        Assert.Same(exceptions[1], Assert.Single(_fixture.Hooked).Exception);
        Assert.False(scope.Failures.TryRead(out _));
    }

    [Fact]
    public async Task OwnerWhoNeverReadsDoesNotKeepEveryFailure()
    {
        const int Excess = 10;
        var scope = _fixture.Supervisor.OpenScope("scope", SupervisionPolicy.Independent);
        for (var i = 0; i < FailureMailbox.Capacity + Excess; i++)
            await scope.Start("child", _ => throw new FormatException($"{i}")).Completion.Within();

        Assert.Equal(FailureMailbox.Capacity, scope.Failures.Count);
        Assert.Equal(Enumerable.Range(0, Excess).Select(i => $"{i}"), _fixture.Log.Named("TaskFailed").Select(record => record.Exception!.Message));
        await scope.DisposeAsync();
        Assert.Equal(FailureMailbox.Capacity + Excess, _fixture.Log.All.Count);
    }

    [Fact]
    public async Task DetachedIsLoggedOnceAndConcernsNobodyElse()
    {
        var other = new ScriptedTask("other");
        _fixture.Supervisor.Run(other.Name, other.RunAsync);
        await other.Started();
        var exception = new FormatException();
        var handle = _fixture.Supervisor.Run("detached", _ => throw exception);

        await handle.Completion.Within();
        await Deadline.Until(() => !_fixture.Hooked.IsEmpty, "the hook is told");
        Assert.Equal("TaskFailed", Assert.Single(_fixture.Log.Of(exception)).Event.Name);
        Assert.Equal(0, other.Stops);
        other.Finish();
    }

    [Fact]
    public async Task FirstFailureOfAServiceIsLoggedAndItsLastOneTooAndHooksHearOfEach()
    {
        var service = _fixture.Supervisor.OpenService("Service", SupervisionFixture.Policy(SupervisionStrategy.OneForOne, maxRestarts: 2));
        var exceptions = new List<Exception>();
        var child = service.Start("Service", _ =>
        {
            exceptions.Add(new FormatException());
            throw exceptions[^1];
        }, restart: null);
        // The second restart waits for a moment of the clock.
        await _fixture.Advance(TimeSpan.FromMilliseconds(1), () => child.Completion.IsCompleted, "the service has ended");
        await Deadline.Until(() => _fixture.Hooked.Count == 3 && _fixture.Log.Named("CircuitFailed").Count == 1, "hooks and circuit are told");

        Assert.Equal(["TaskRestarting", null, "TaskFailed"], exceptions.Select(e => _fixture.Log.Of(e).SingleOrDefault()?.Event.Name));
    }

    [Fact]
    public async Task LogProviderThatThrowsStopsNoRestart()
    {
        var service = _fixture.Supervisor.OpenService("Service", SupervisionFixture.Policy(SupervisionStrategy.OneForOne));
        var child = new ScriptedTask("Service");
        service.Start(child.Name, child.RunAsync, restart: null);
        await child.Started();
        _fixture.Log.Throws = true;
        child.Fail(new FormatException());

        await child.Started(2);
        child.Finish();
    }

    public ValueTask DisposeAsync() => _fixture.DisposeAsync();
}
