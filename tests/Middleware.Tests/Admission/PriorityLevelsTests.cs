using CrashShield.Middleware.Admission;

namespace CrashShield.Middleware.Tests.Admission;

public class PriorityLevelsTests
{
    [Theory]
    [InlineData(0.1)]
    [InlineData(0.5)]
    [InlineData(0.75)]
    public void RefusesTheShareWhateverTheMixAndTheLowestFirst(double share)
    {
        var levels = new PriorityLevels();
        RequestPriority[] mix =
        [
            .. Enumerable.Repeat(RequestPriority.Critical, 10), .. Enumerable.Repeat(RequestPriority.Low, 30), .. Enumerable.Repeat(RequestPriority.Normal, 60),
        ];
        for (var i = 0; i < 20_000; i++)
            levels.Saw(PriorityLevels.Draw(mix[i % mix.Length]));

        var threshold = levels.Threshold(share, TimeSpan.FromMilliseconds(5));
        var drawn = Enumerable.Range(0, 20_000).Select(i => (Priority: mix[i % mix.Length], Level: PriorityLevels.Draw(mix[i % mix.Length]))).ToArray();
        var refused = drawn.Where(request => request.Level < threshold).ToArray();

        Assert.InRange(refused.Length / 20_000d, share - 0.03, share + 0.03);
        Assert.DoesNotContain(refused, request => request.Priority == RequestPriority.Critical);
        if (share > 0.3)
            Assert.DoesNotContain(drawn.Except(refused), request => request.Priority == RequestPriority.Low);
    }

    [Fact]
    public void CriticalRequestsAreRefusedOnlyOnceRefusingAllOthersDoesNotHelp()
    {
        var levels = new PriorityLevels();
        for (var i = 0; i < 10_000; i++)
            levels.Saw(PriorityLevels.Draw(i % 10 == 0 ? RequestPriority.Critical : RequestPriority.Normal));

        const int Critical = (int)RequestPriority.Critical * PriorityLevels.PerClass;
        Assert.Equal(Critical, levels.Threshold(0.98, TimeSpan.FromSeconds(0.99)));
        Assert.InRange(levels.Threshold(0.98, TimeSpan.FromSeconds(0.02)), Critical + 1, Critical + 99);
        Assert.Equal(Critical, levels.Threshold(0.9, TimeSpan.FromSeconds(0.9)), 10d);
    }

    [Fact]
    public void ShareOfNothingRefusesNobody()
    {
        var levels = new PriorityLevels();
        levels.Saw(0);
        Assert.Equal(0, levels.Threshold(0, TimeSpan.Zero));
        Assert.Equal(250, new PriorityLevels().Threshold(0.5, TimeSpan.Zero));
    }
}
