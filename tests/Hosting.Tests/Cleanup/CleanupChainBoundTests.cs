using CrashShield.Hosting.Cleanup;
using Microsoft.Extensions.Time.Testing;

namespace CrashShield.Hosting.Tests.Cleanup;

public class CleanupChainBoundTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(5);

    private readonly FakeTimeProvider _time = new();
    private readonly CleanupChain _chain;

    public CleanupChainBoundTests() => _chain = new(Bound, _time);

    [Fact]
    public async Task GivesUpAStepAtItsBoundAndGoesOn()
    {
        var hanging = new HangingStep();
        var after = false;
        _chain.Add("hangs", hanging.RunAsync);
        _chain.Add("after", _ =>
        {
            after = true;
            return default;
        }, "hangs");
        var run = _chain.RunAsync();
        var token = await hanging.Started.WaitAsync(Deadline);
        _time.Advance(Bound - TimeSpan.FromTicks(1));

        Assert.False(token.IsCancellationRequested);
        Assert.False(run.IsCompleted);
        _time.Advance(TimeSpan.FromTicks(1));
        var report = await run.WaitAsync(Deadline);

        Assert.True(token.IsCancellationRequested);
        Assert.True(after);
        Assert.Equal(new CleanupStepResult(0, "hangs", CleanupOutcome.TimedOut, Bound, null), report.Steps[0]);
        Assert.Equal(CleanupOutcome.Succeeded, report.Steps[1].Outcome);
        Assert.Equal(Bound, report.Duration);
        Assert.False(report.Succeeded);
    }

    [Fact]
    public async Task GivesUpAStepThatBlocksItsThread()
    {
        using var release = new ManualResetEventSlim();
        var started = new TaskCompletionSource();
        _chain.Add("blocks", _ =>
        {
            started.SetResult();
            release.Wait(CancellationToken.None);
            return default;
        });
        var run = _chain.RunAsync();
        await started.Task.WaitAsync(Deadline);
        _time.Advance(Bound);
        var report = await run.WaitAsync(Deadline);
        release.Set();

        Assert.Equal(CleanupOutcome.TimedOut, report.Steps[0].Outcome);
    }

    [Fact]
    public async Task AStepsOwnBoundGoesBeforeTheChains()
    {
        var hanging = new HangingStep();
        _chain.Add("hangs", hanging.RunAsync, TimeSpan.FromSeconds(1));
        var run = _chain.RunAsync();
        await hanging.Started.WaitAsync(Deadline);
        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(TimeSpan.FromSeconds(1), (await run.WaitAsync(Deadline)).Steps[0].Duration);
    }

    [Fact]
    public async Task MeasuresAStep()
    {
        _chain.Add("step", _ =>
        {
            _time.Advance(TimeSpan.FromSeconds(2));
            return default;
        });

        Assert.Equal(TimeSpan.FromSeconds(2), (await _chain.RunAsync().WaitAsync(Deadline)).Steps[0].Duration);
    }

    [Fact]
    public async Task HurryReachesTheRunningAndThoseLeftAndEachIsStillTried()
    {
        using var hurry = new CancellationTokenSource();
        var started = new TaskCompletionSource();
        _chain.Add("waits", async cancellationToken =>
        {
            started.SetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
        });
        _chain.Add("heeds", cancellationToken => new(Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken)), "waits");
        _chain.Add("quick", _ => default, "heeds");
        var run = _chain.RunAsync(hurry.Token);
        await started.Task.WaitAsync(Deadline);
        await hurry.CancelAsync();
        var report = await run.WaitAsync(Deadline);

        Assert.Equal(
            [CleanupOutcome.Canceled, CleanupOutcome.Canceled, CleanupOutcome.Succeeded], report.Steps.Select(step => step.Outcome));
        Assert.IsType<OperationCanceledException>(report.Steps[0].Exception, exactMatch: false);
    }

    [Fact]
    public async Task CancellationThatNobodyAskedForIsAFailure()
    {
        _chain.Add("cancels", _ => throw new OperationCanceledException());

        Assert.Equal(CleanupOutcome.Failed, (await _chain.RunAsync().WaitAsync(Deadline)).Steps[0].Outcome);
    }

    [Fact]
    public async Task ACallbackOnTheTokenThatThrowsHarmsNobody()
    {
        var hanging = new HangingStep();
        _chain.Add("hangs", cancellationToken =>
        {
            cancellationToken.Register(() => throw new FormatException());
            return hanging.RunAsync(cancellationToken);
        });
        var run = _chain.RunAsync();
        await hanging.Started.WaitAsync(Deadline);
        _time.Advance(Bound);

        Assert.Equal(CleanupOutcome.TimedOut, (await run.WaitAsync(Deadline)).Steps[0].Outcome);
    }

    private sealed class HangingStep
    {
        private readonly TaskCompletionSource<CancellationToken> _started = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<CancellationToken> Started => _started.Task;

        public ValueTask RunAsync(CancellationToken cancellationToken)
        {
            _started.SetResult(cancellationToken);
            return new(new TaskCompletionSource().Task);
        }
    }
}
