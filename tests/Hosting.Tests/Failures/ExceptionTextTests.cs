using CrashShield.Hosting.Failures;

namespace CrashShield.Hosting.Tests.Failures;

public class ExceptionTextTests
{
    [Fact]
    public void RendersTheChainOutermostFirst()
    {
        var text = ExceptionText.Render(new InvalidOperationException("outer", new TimeoutException("inner")));

        Assert.Equal(["System.InvalidOperationException: outer", " ---> System.TimeoutException: inner"], text.TrimEnd().Split('\n'));
    }

    [Fact]
    public void RendersPartsOfAnAggregateInTheirOrder()
    {
        var text = ExceptionText.Render(new AggregateException("all", new TimeoutException("first"), new TimeoutException("second")));

        Assert.True(text.IndexOf("first", StringComparison.Ordinal) < text.LastIndexOf("second", StringComparison.Ordinal));
    }

    [Fact]
    public void CutsLongChains()
    {
        var deep = Enumerable.Range(0, 10_000).Aggregate(new InvalidOperationException("innermost"), (inner, i) => new($"level {i}", inner));

        var text = ExceptionText.Render(deep);

        Assert.InRange(text.Length, 1, ExceptionText.MaxLength);
        Assert.Contains("more exceptions are not shown", text, StringComparison.Ordinal);
        Assert.Equal(ExceptionText.MaxExceptions, text.Split("System.InvalidOperationException").Length - 1);
    }

    [Fact]
    public void HarmlessExceptionsReachTheLogAsThemselves()
    {
        var harmless = new AggregateException(new InvalidOperationException("a", new TimeoutException("b")), new FriendlyException());

        Assert.Same(harmless, LoggableException.Of(harmless));
    }

    [Fact]
    public void SelfContainingAggregateEnds()
    {
        // As a WhenAll of WhenAlls makes them: wide and deep at once.
        Exception nested = new InvalidOperationException("leaf");
        for (var i = 0; i < 50; i++)
            nested = new AggregateException(nested, nested);

        Assert.InRange(ExceptionText.Render(nested).Length, 1, ExceptionText.MaxLength + 10);
        Assert.InRange(LoggableException.Of(nested).ToString().Length, 1, ExceptionText.MaxLength + 10);
    }

    private sealed class FriendlyException : Exception
    {
        public override string Message => "own text";
    }
}
