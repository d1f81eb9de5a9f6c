using CrashShield.Hosting.ThreadPools.Relief;

namespace CrashShield.Hosting.Tests.ThreadPools.Relief;

/// <summary>What the application sets is its own.</summary>
public class PoolThreadsTests
{
    private readonly FakePool _pool = new();
    private readonly PoolThreads _threads;

    public PoolThreadsTests() => _threads = new(_pool);

    [Fact]
    public void RaisesAndGoesBackToTheApplicationsMinimum()
    {
        Assert.True(_threads.Raise(10));
        Assert.Equal((10, 10, 2), (_pool.GetMinimum(), _threads.Minimum, _threads.Own));
        _threads.Lower(0);
        Assert.Equal(2, _pool.GetMinimum());
    }

    [Fact]
    public void MinimumThatTheApplicationSetsMeanwhileIsItsOwn()
    {
        _threads.Raise(10);
        _pool.SetMinimum(6);
        Assert.Equal(6, _threads.Own);
        _threads.Raise(20);
        _threads.Lower(0);
        Assert.Equal(6, _pool.GetMinimum());
    }

    [Fact]
    public void MaximumIsNeverExceeded()
    {
        _pool.SetMaximum(8);
        Assert.True(_threads.Raise(100));
        Assert.Equal(8, _pool.GetMinimum());
        Assert.False(_threads.Raise(100));
    }

    [Fact]
    public void PoolThatTheConfigurationFixesIsLeftAlone()
    {
        _pool.IsFixed = true;
        Assert.False(_threads.Raise(10));
        Assert.Equal(2, _threads.Minimum);
    }

    [Fact]
    public void WithdrawingPutsTheMaximumBack()
    {
        _pool.SetMaximum(1_000);
        _threads.Raise(100);
        _threads.Withdraw(50);
        Assert.Equal((50, 1_000, 50), (_pool.GetMinimum(), _pool.GetMaximum(), _pool.LowestMaximum));
    }

    [Theory]
    [InlineData(20, 1)]
    [InlineData(1, 1)]
    [InlineData(null, null)]
    public void PoolIsKeptSteadyUntilTheLastLetsItGo(int? before, int? expected)
    {
        _pool.MostTried = before;
        _threads.KeepSteady();
        _threads.KeepSteady();
        _threads.LetGo();
        Assert.Equal(expected, _pool.MostTried);
        _threads.LetGo();
        Assert.Equal(before, _pool.MostTried);
    }

    [Fact]
    public void TheRuntimesPoolCanBeKeptSteady()
    {
        var pool = new RuntimePool();
        // With each new runtime it is to be seen whether it still keeps it there.
        var before = pool.MostTried;
        Assert.InRange(Assert.NotNull(before), 1, 20);
        pool.MostTried = 7;
        Assert.Equal(7, pool.MostTried);
        pool.MostTried = before;
    }
}
