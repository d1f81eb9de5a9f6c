using CrashShield.Hosting.Cleanup;

namespace CrashShield.Hosting.Tests.Cleanup;

public class CleanupChainRefusalTests
{
    private readonly CleanupChain _chain = new();

    [Fact]
    public void NamesTheCycle()
    {
        _chain.Add("outside", Never, "a");
        _chain.Add("a", Never, "free", "b");
        _chain.Add("b", Never, "a");
        _chain.Add("free", Never);
        var refused = Assert.Throws<CleanupCycleException>(() => { _ = _chain.RunAsync(); });

        Assert.Equal(["a", "b", "a"], refused.Cycle);
        Assert.Equal("Clean-up steps wait for each other: a → b → a (each depends on the next).", refused.Message);
    }

    [Fact]
    public void NamesAStepThatDependsOnItself()
    {
        _chain.Add("a", Never, "a");

        Assert.Equal(["a", "a"], Assert.Throws<CleanupCycleException>(_chain.Order).Cycle);
    }

    [Fact]
    public void NamesALongCycle()
    {
        for (var i = 0; i < 5000; i++)
            _chain.Add($"{i}", Never, $"{(i + 1) % 5000}");

        Assert.Equal(5001, Assert.Throws<CleanupCycleException>(_chain.Order).Cycle.Count);
    }

    [Fact]
    public void NamesTheUnknownTheAskerAndTheKnown()
    {
        _chain.Add("a", Never);
        _chain.Add("b", Never, "c");

        var refused = Assert.Throws<InvalidOperationException>(() => { _ = _chain.RunAsync(); });
        Assert.Equal("Clean-up step 'b' depends on 'c', which does not exist. Known are a, b.", refused.Message);
    }

    [Fact]
    public async Task CanBeMendedAndRunAfterARefusal()
    {
        _chain.Add("b", static _ => default, "c");
        Assert.Throws<InvalidOperationException>(() => { _ = _chain.RunAsync(); });
        _chain.Add("c", static _ => default);

        Assert.True((await _chain.RunAsync().WaitAsync(TimeSpan.FromSeconds(30))).Succeeded);
    }

    [Fact]
    public void RefusesANameTwice()
    {
        _chain.Add("a", Never);

        Assert.Contains("'a'", Assert.Throws<ArgumentException>(() => { _chain.Add("a", Never); }).Message);
        Assert.Equal([0], _chain.Order());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(-1)]
    public void RefusesAnIdThatNoStepHas(int id) => Assert.Throws<ArgumentOutOfRangeException>(() => { _chain.Add("a", Never, id); });

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(3_600_001)]
    public void RefusesABoundOutOfRange(int milliseconds)
    {
        var timeout = TimeSpan.FromMilliseconds(milliseconds);

        Assert.Throws<ArgumentOutOfRangeException>(() => { _chain.Add("a", Never, timeout); });
        Assert.Throws<ArgumentOutOfRangeException>(() => { _ = new CleanupChain(timeout); });
    }

    private static ValueTask Never(CancellationToken cancellationToken) => throw new InvalidOperationException("Must not run.");
}
