using CrashShield.Hosting.Telemetry;

namespace CrashShield.Hosting.Tests.Telemetry;

public class TraceContextTests
{
    [Theory]
    [InlineData("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")]
    [InlineData("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00")]
    [InlineData("cc-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-what-the-future-will-be-like")]
    public void ParsesWellFormedHeader(string header) => Assert.True(TraceContext.IsTraceParent(header));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("nonsense")]
    [InlineData("00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01")]
    [InlineData("00-00000000000000000000000000000000-b7ad6b7169203331-01")]
    [InlineData("00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01")]
    [InlineData("ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")]
    [InlineData("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-extra")]
    [InlineData("cc-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01.extra")]
    [InlineData("00-0af7651916cd43dd8448eb211c80319g-b7ad6b7169203331-01")]
    [InlineData("00_0af7651916cd43dd8448eb211c80319c_b7ad6b7169203331_01")]
    [InlineData("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-0")]
    public void IgnoresMalformedHeader(string? header) => Assert.False(TraceContext.IsTraceParent(header));

    [Fact]
    public void MakesTraceResponsesWithAnIdOfTheirOwn()
    {
        var made = Enumerable.Range(0, 1_000).Select(_ => TraceContext.NewTraceResponse()).ToArray();

        Assert.All(made, header => Assert.Matches("^00-[0-9a-f]{32}--00$", header));
        Assert.Equal(made.Length, made.Distinct().Count());
        Assert.Equal(made[0], TraceContext.TraceResponse(made[0]));
        Assert.Equal(made[0], TraceContext.TraceResponse(TraceContext.IdIn(made[0]).ToString()));
    }
}
