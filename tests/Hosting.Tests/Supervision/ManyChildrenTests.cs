using CrashShield.Hosting.Supervision;

namespace CrashShield.Hosting.Tests.Supervision;

public sealed class ManyChildrenTests : IAsyncDisposable
{
    private const int Many = 100_000;

    private readonly SupervisionFixture _fixture = new();

    [Fact]
    public async Task AHundredThousandAtOnceFinish()
    {
        await using var scope = _fixture.Supervisor.OpenScope("scope");
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var started = 0;
        var finished = 0;
        for (var i = 0; i < Many; i++)
        {
            scope.Start("child", async _ =>
            {
                Interlocked.Increment(ref started);
                await gate.Task;
                Interlocked.Increment(ref finished);
            });
        }

        await Deadline.Until(() => Volatile.Read(ref started) == Many, "all run at once");
        Assert.Equal(Many, _fixture.Count("crashshield.supervision.active", "task=child"));
        gate.SetResult();
        await scope.WaitAsync().Within();

        Assert.Equal(Many, finished);
        Assert.Equal(0, _fixture.Count("crashshield.supervision.active", "task=child"));
    }

    [Fact]
    public async Task AHundredThousandAreCancelledByOneFailure()
    {
        await using var scope = _fixture.Supervisor.OpenScope("scope");
        var stopped = await StartMany(scope);
        scope.Start("failing", _ => throw new FormatException());

        await Assert.ThrowsAsync<FormatException>(() => scope.WaitAsync().Within());
        Assert.Equal(Many, stopped());
    }

    [Fact]
    public async Task AHundredThousandStopInReverse()
    {
        var scope = _fixture.Supervisor.OpenScope("scope", SupervisionPolicy.Independent);
        var stopped = await StartMany(scope);

        await scope.DisposeAsync().Within();
        Assert.Equal(Many, stopped());
    }

    [Theory]
    [InlineData(SupervisionStrategy.OneForOne, RestartType.Temporary)]
    [InlineData(SupervisionStrategy.OneForAll, RestartType.Temporary)]
    [InlineData(SupervisionStrategy.RestForOne, RestartType.Temporary)]
    [InlineData(SupervisionStrategy.OneForOne, RestartType.Transient)]
    [InlineData(SupervisionStrategy.OneForAll, RestartType.Transient)]
    [InlineData(SupervisionStrategy.RestForOne, RestartType.Permanent)]
    public async Task StartsFailuresAndStopsFromAllSidesEndWithNobodyLeft(SupervisionStrategy strategy, RestartType restart)
    {
        for (var round = 0; round < 50; round++)
        {
            var scope = _fixture.Supervisor.OpenScope("scope", SupervisionFixture.Policy(strategy, restart, maxRestarts: 5));
            var running = 0;
            var handles = await Task.WhenAll(Enumerable.Range(0, 8).Select(async starter =>
            {
                await Task.Yield();
                return Enumerable.Range(0, 20).Select(i => scope.Start("child", async token =>
                {
                    Interlocked.Increment(ref running);
                    try
                    {
                        await Task.Yield();
                        if ((starter + i) % 7 == 0)
                            throw new FormatException();
                        if ((starter + i) % 3 == 0)
                            await Task.Delay(Timeout.Infinite, token);
                    }
                    finally
                    {
                        Interlocked.Decrement(ref running);
                    }
                })).ToArray();
            }));

            await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => Task.Run(() => scope.DisposeAsync().AsTask()))).Within();
            await Task.WhenAll(handles.SelectMany(batch => batch).Select(handle => handle.Completion)).Within();
            Assert.Equal(0, running);
            var wait = scope.WaitAsync();
            await Deadline.Until(() => wait.IsCompleted, "the scope is idle");
            _ = wait.Exception;
        }

        await Deadline.Until(() => _fixture.Count("crashshield.supervision.active", "task=child") == 0, "none is active");
        Assert.Empty(_fixture.Log.Named("TaskStuck"));
    }

    public ValueTask DisposeAsync() => _fixture.DisposeAsync();

    private static async Task<Func<int>> StartMany(TaskScope scope)
    {
        var started = 0;
        var stopped = 0;
        for (var i = 0; i < Many; i++)
        {
            scope.Start("child", async token =>
            {
                Interlocked.Increment(ref started);
                await Task.Delay(Timeout.Infinite, token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                Interlocked.Increment(ref stopped);
            });
        }

        await Deadline.Until(() => Volatile.Read(ref started) == Many, "all run at once");
        return () => Volatile.Read(ref stopped);
    }
}
