using CrashShield.Hosting.Handoff;
using Microsoft.Extensions.Time.Testing;

namespace CrashShield.Hosting.Tests.Handoff;

public sealed class TieredWarmUpTests
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(50);

    private readonly FakeTimeProvider _time = new();
    private int _asked;

    [Fact]
    public async Task ItAsksTwiceMoreAndWaitsBefore()
    {
        var running = RunAsync(CancellationToken.None);
        Assert.Equal(0, _asked);
        await AdvanceUntilAsync(() => running.IsCompleted);

        Assert.Equal(2, await running);
        Assert.Equal(2, _asked);
    }

    [Fact]
    public async Task WhenThereIsNoMoreTimeItIsWarmEnough()
    {
        using var enough = new CancellationTokenSource();
        var running = RunAsync(enough.Token);
        await AdvanceUntilAsync(() => _asked == 1);
        await enough.CancelAsync();

        Assert.Equal(1, await running);
    }

    [Fact]
    public async Task ARoundThatHangsIsBounded()
    {
        var running = Create().RunAsync(HangAsync, CancellationToken.None, TestContext.Current.CancellationToken);
        await AdvanceUntilAsync(() => running.IsCompleted);

        Assert.Equal(0, await running);
    }

    [Fact]
    public async Task TheEndOfTheProcessEndsIt()
    {
        using var stop = new CancellationTokenSource();
        var running = Create().RunAsync(HangAsync, CancellationToken.None, stop.Token);
        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }

    // The other tests of this process have code compiled all the time.
    private TieredWarmUp Create() => new(_time) { Compiled = static () => 0 };

    private Task<int> RunAsync(CancellationToken enough) => Create().RunAsync(AskAsync, enough, TestContext.Current.CancellationToken);

    private Task<int> AskAsync(CancellationToken cancellationToken)
    {
        _asked++;
        return Task.FromResult(1);
    }

    private static async Task<int> HangAsync(CancellationToken cancellationToken)
    {
        await Task.Delay(Timeout.Infinite, cancellationToken);
        return 1;
    }

    private async Task AdvanceUntilAsync(Func<bool> condition)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!condition())
        {
            _time.Advance(Step);
            await Task.Delay(1, deadline.Token);
        }
    }
}
