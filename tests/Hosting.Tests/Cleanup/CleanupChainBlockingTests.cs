using CrashShield.Hosting.Cleanup;

namespace CrashShield.Hosting.Tests.Cleanup;

/// <summary>Steps that block their threads, in real time: what is tested is whether there are threads left.</summary>
public sealed class CleanupChainBlockingTests : IDisposable
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(16);
    private static readonly TimeSpan Bound = TimeSpan.FromMilliseconds(100);

    // Far above the bound for a busy machine; far below the pool's pace, which adds one or two threads a second.
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(2);

    private readonly CleanupChain _chain = new(Bound);
    private readonly ManualResetEventSlim _release = new();

    public void Dispose() => _release.Set();

    [Fact]
    public async Task ManyThatBlockAtOnceAreGivenUpAtTheBound()
    {
        for (var i = 0; i < 20; i++)
            _chain.Add($"blocks {i}", Block);

        var report = await _chain.RunAsync();
        Assert.All(report.Steps, step => Assert.Equal(CleanupOutcome.TimedOut, step.Outcome));
        Assert.InRange(report.Duration, Bound, Limit);
    }

    [Fact]
    public async Task ManyThatBlockAfterAnAwaitAreGivenUpAtTheBound()
    {
        for (var i = 0; i < 20; i++)
            _chain.Add($"blocks {i}", BlockOnThePoolAsync);
        _chain.Add("releases", _ =>
        {
            _release.Set();
            return default;
        }, "blocks 0");

        // The pool's threads are all taken: neither the bound nor the step that ends the blockade may need one.
        var report = await _chain.RunAsync();
        Assert.Equal(CleanupOutcome.TimedOut, report.Steps[0].Outcome);
        // A timer's clock counts in steps of the system's tick, some milliseconds, and the duration's does not.
        Assert.InRange(report.Duration, Bound - Tick, Limit);
    }

    [Fact]
    public async Task StepsAfterOneThatBlocksRun()
    {
        _chain.Add("blocks", Block);
        _chain.Add("next", _ => default, "blocks");
        _chain.Add("other", _ => default);

        var report = await _chain.RunAsync();
        Assert.Equal(
            [CleanupOutcome.TimedOut, CleanupOutcome.Succeeded, CleanupOutcome.Succeeded], report.Steps.Select(step => step.Outcome));
    }

    [Fact]
    public async Task IndependentStepsThatNeedEachOtherMeet()
    {
        using var both = new Barrier(2);
        _chain.Add("one", _ => Meet(both), TimeSpan.FromMinutes(1));
        _chain.Add("two", _ => Meet(both), TimeSpan.FromMinutes(1));

        Assert.True((await _chain.RunAsync()).Succeeded);
    }

    private static ValueTask Meet(Barrier both)
    {
        both.SignalAndWait(CancellationToken.None);
        return default;
    }

    private ValueTask Block(CancellationToken cancellationToken)
    {
        _release.Wait(CancellationToken.None);
        return default;
    }

    private async ValueTask BlockOnThePoolAsync(CancellationToken cancellationToken)
    {
        await Task.Yield();
        _release.Wait(CancellationToken.None);
    }
}
