using CrashShield.Hosting.Handoff;
using Microsoft.Extensions.Time.Testing;

namespace CrashShield.Hosting.Tests.Handoff;

public sealed class TieredWarmUpTests
{
    [Fact]
    public async Task ItAsksTwiceMoreAndWaitsBefore()
    {
        var time = new FakeTimeProvider { AutoAdvanceAmount = TimeSpan.FromMilliseconds(1) };
        var asked = 0;
        var running = new TieredWarmUp(time).RunAsync(_ => Task.FromResult(++asked), TestContext.Current.CancellationToken);
        Assert.Equal(0, asked);

        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!running.IsCompleted)
        {
            time.Advance(TimeSpan.FromMilliseconds(100));
            await Task.Delay(1, deadline.Token);
        }

        Assert.Equal((2, 3), (asked, await running));
    }
}
