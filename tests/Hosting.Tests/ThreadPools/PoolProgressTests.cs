using CrashShield.Hosting.ThreadPools;
using Microsoft.Extensions.Time.Testing;

namespace CrashShield.Hosting.Tests.ThreadPools;

public class PoolProgressTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly PoolProgress _progress;
    private long _ended;
    private int _threads = 4;

    public PoolProgressTests() => _progress = new(_time, () => _ended, () => _threads);

    [Fact]
    public void NothingThatEndsIsAStandstill()
    {
        Assert.Equal(TimeSpan.Zero, _progress.StandsStill());
        Assert.Equal(TimeSpan.FromSeconds(60), Run(60, ended: 0, threads: 0));
    }

    [Fact]
    public void ThreadsThatAreAddedAndBlockTooAreNoProgress() => Assert.Equal(TimeSpan.FromSeconds(119), Run(120, ended: 3, threads: 1));

    [Fact]
    public void QueueThatMovesIsProgress() => Assert.InRange(Run(120, ended: 20, threads: 1), TimeSpan.Zero, TimeSpan.FromSeconds(1));

    [Fact]
    public void CalmBeginsAnew()
    {
        Run(60, ended: 0, threads: 0);
        _progress.Reset();
        Assert.Equal(TimeSpan.Zero, _progress.StandsStill());
    }

    private TimeSpan Run(int seconds, int ended, int threads)
    {
        var stands = TimeSpan.Zero;
        for (var i = 0; i < seconds; i++)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            _ended += ended;
            _threads += threads;
            stands = _progress.StandsStill();
        }

        return stands;
    }

    [Fact]
    public void TimeInWhichTheProcessWasStoppedIsNone()
    {
        Run(3, ended: 0, threads: 0);
        _time.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal(TimeSpan.Zero, _progress.StandsStill());
        Assert.Equal(TimeSpan.FromSeconds(60), Run(60, ended: 0, threads: 0));
    }
}
