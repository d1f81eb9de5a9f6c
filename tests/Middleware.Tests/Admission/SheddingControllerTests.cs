using CrashShield.Middleware.Admission;

namespace CrashShield.Middleware.Tests.Admission;

public class SheddingControllerTests
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(5);

    private static readonly TimeSpan Target = TimeSpan.FromMilliseconds(20);

    private readonly SheddingController _shedding = new();

    [Fact]
    public void DelayBelowTheTargetShedsNothing()
    {
        Run(1_000, _ => 19);
        Assert.Equal(0, _shedding.Share);
    }

    [Fact]
    public void LongTargetShedsTooWhenTheDelayIsLonger()
    {
        for (var i = 0; i < 1_000; i++)
            _shedding.Update(TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(1), Tick);
        Assert.Equal(SheddingController.MaxShare, _shedding.Share);
    }

    [Fact]
    public void SingleStallShedsNothing()
    {
        Run(1_000, tick => tick % 40 < 19 ? 200 : 1);
        Assert.Equal(0, _shedding.Share);
    }

    [Fact]
    public void BurstThatIsServedInTimeShedsNothing()
    {
        // Nine tenths of a second each.
        Run(1_000, tick => tick % 200 < 180 ? 150 : 1);
        Assert.Equal(0, _shedding.Share);
    }

    [Fact]
    public void DelayThatStaysAboveTheTargetIsShedAfterASecond()
    {
        Run(190, _ => 40);
        Assert.Equal(0, _shedding.Share);
        Run(20, _ => 40);
        Assert.InRange(_shedding.Share, 0.001, 0.2);
    }

    [Fact]
    public void DelayWithoutATargetShedsNothing()
    {
        for (var i = 0; i < 1_000; i++)
            _shedding.Update(TimeSpan.FromSeconds(3), TimeSpan.MaxValue, Tick);
        Assert.Equal(0, _shedding.Share);
    }

    [Fact]
    public void StallOfTheWholeProcessShedsNothing()
    {
        _shedding.Update(TimeSpan.FromMilliseconds(300), Target, TimeSpan.FromMilliseconds(300));
        Run(16, tick => 100 - (5 * tick));
        Assert.Equal(0, _shedding.Share);
    }

    [Fact]
    public void DelayThatLastsShedsMoreAndMoreAndLeavesSomeIn()
    {
        Run(25, _ => 250);
        var early = _shedding.Share;
        Run(5, _ => 250);
        Assert.InRange(early, 0.001, _shedding.Share - 0.001);
        Run(1_000, _ => 5_000);
        Assert.Equal(SheddingController.MaxShare, _shedding.Share);
    }

    [Fact]
    public void ShedsNothingAnyMoreSoonAfterTheDelayIsGone()
    {
        Run(1_000, _ => 5_000);
        Run(200, _ => 0);
        Assert.Equal(0, _shedding.Share);
    }

    /// <summary>A queue that grows by what is let in beyond the capacity: the share has to settle where both meet.</summary>
    [Fact]
    public void SettlesAtTheShareThatIsTooMuch()
    {
        var queueMs = 0d;
        Run(4_000, _ => queueMs = Math.Max(0, queueMs + (Tick.TotalMilliseconds * ((4 * (1 - _shedding.Share)) - 1))));
        Assert.InRange(_shedding.Share, 0.7, 0.8);
        Assert.InRange(queueMs, 0, 60);
    }

    private void Run(int ticks, Func<int, double> delayMs)
    {
        for (var i = 0; i < ticks; i++)
            _shedding.Update(TimeSpan.FromMilliseconds(delayMs(i)), Target, Tick);
    }
}
