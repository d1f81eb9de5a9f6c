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
            _shedding.Update(TimeSpan.FromSeconds(3), TimeSpan.Zero, TimeSpan.FromSeconds(1), 0, Tick);
        Assert.Equal(SheddingController.MaxShare, _shedding.Share);
    }

    [Fact]
    public void SingleStallShedsNothing()
    {
        Run(1_000, tick => tick % 40 < 19 ? 800 : 1);
        Assert.Equal(0, _shedding.Share);
    }

    [Fact]
    public void QueueThatClientsWaitForAnywayIsServed()
    {
        Run(10_000, tick => Math.Min(750, tick));
        Assert.Equal((0, false), (_shedding.Share, _shedding.IsOverloaded));
    }

    [Fact]
    public void QueueThatGrowsAtOnceIsAnOverloadAndKeptAtTheTarget()
    {
        Run(60, tick => 15 * tick);
        Assert.True(_shedding.IsOverloaded);
        Assert.Equal(Target, _shedding.Current(Target));
        Run(500, _ => 40);
        Assert.InRange(_shedding.Share, 0.5, SheddingController.MaxShare);
        Run(1_000, _ => 5);
        Assert.Equal((0, false), (_shedding.Share, _shedding.IsOverloaded));
    }

    [Fact]
    public void QueueThatGrowsSlowlyMayBeLongWhileLittleHasToBeRefused()
    {
        Run(2_000, tick => tick / 2d);
        Assert.True(_shedding.IsOverloaded);
        Assert.InRange(_shedding.Current(Target), TimeSpan.FromMilliseconds(20), TimeSpan.FromMilliseconds(400));
        Run(2_000, _ => 0);
        Assert.False(_shedding.IsOverloaded);
        Assert.InRange(_shedding.Current(Target).TotalMilliseconds, 350, 400);
    }

    [Fact]
    public void RequestsThatWereLetInAndWaitAreAnOverloadThoughEachWaitIsShort()
    {
        for (var i = 0; i < 60; i++)
            _shedding.Update(TimeSpan.FromMilliseconds(60), TimeSpan.FromMilliseconds(15 * i), Target, 0, Tick);
        Assert.True(_shedding.IsOverloaded);
    }

    [Fact]
    public void SurgeInAMildOverloadMakesItASevereOne()
    {
        Run(2_000, tick => tick / 2d);
        for (var i = 0; i < 1_000; i++)
            _shedding.Update(TimeSpan.FromMilliseconds(15), TimeSpan.Zero, Target, 0.06, Tick);
        Assert.True(_shedding.IsOverloaded);
        Assert.InRange(_shedding.Current(Target), TimeSpan.FromMilliseconds(200), TimeSpan.FromMilliseconds(400));
        Run(60, tick => 15 * tick);
        Assert.Equal(Target, _shedding.Current(Target));
    }

    [Fact]
    public void QueueMayNotBeLongWhereTheLimitAloneRefusesMuch()
    {
        Run(2_000, tick => tick / 2d);
        for (var i = 0; i < 600; i++)
            _shedding.Update(TimeSpan.FromMilliseconds(350), TimeSpan.Zero, Target, 0.7, Tick);
        Assert.Equal(Target, _shedding.Current(Target));
    }

    [Fact]
    public void OverloadLastsWhileTheLimitRefuses()
    {
        Run(1_000, _ => 5_000);
        for (var i = 0; i < 2_000; i++)
            _shedding.Update(TimeSpan.FromMilliseconds(14), TimeSpan.Zero, Target, 0.7, Tick);
        Assert.Equal((0, true), (_shedding.Share, _shedding.IsOverloaded));
        Run(200, _ => 14);
        Assert.False(_shedding.IsOverloaded);
    }

    [Fact]
    public void LongerPatienceBeginsLater()
    {
        for (var i = 0; i < 1_000; i++)
            _shedding.Update(TimeSpan.FromMilliseconds(900), TimeSpan.Zero, TimeSpan.FromSeconds(1), 0, Tick);
        Assert.False(_shedding.IsOverloaded);
        for (var i = 0; i < 70; i++)
            _shedding.Update(TimeSpan.FromMilliseconds(1_100), TimeSpan.Zero, TimeSpan.FromSeconds(1), 0, Tick);
        Assert.True(_shedding.IsOverloaded);
    }

    [Fact]
    public void SlowTicksEndItInTheSameTime()
    {
        Run(1_000, _ => 5_000);
        for (var i = 0; i < 100; i++)
            _shedding.Update(TimeSpan.Zero, TimeSpan.Zero, Target, 0, 4 * Tick);
        Assert.Equal((0, false), (_shedding.Share, _shedding.IsOverloaded));
    }

    [Fact]
    public void DelayWithoutATargetShedsNothing()
    {
        for (var i = 0; i < 1_000; i++)
            _shedding.Update(TimeSpan.FromSeconds(3), TimeSpan.Zero, TimeSpan.MaxValue, 0, Tick);
        Assert.Equal(0, _shedding.Share);
    }

    [Fact]
    public void StallOfTheWholeProcessShedsNothing()
    {
        _shedding.Update(TimeSpan.FromMilliseconds(500), TimeSpan.Zero, Target, 0, TimeSpan.FromMilliseconds(500));
        Run(16, tick => 450 - (5 * tick));
        Assert.Equal(0, _shedding.Share);
    }

    [Fact]
    public void DelayThatLastsShedsMoreAndMoreAndLeavesSomeIn()
    {
        Run(19, _ => 500);
        Assert.Equal(0, _shedding.Share);
        Run(2, _ => 500);
        Assert.InRange(_shedding.Share, 0.5, SheddingController.MaxShare);
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
            _shedding.Update(TimeSpan.FromMilliseconds(delayMs(i)), TimeSpan.Zero, Target, 0, Tick);
    }
}
