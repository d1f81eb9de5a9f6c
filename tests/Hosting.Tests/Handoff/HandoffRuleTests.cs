using CrashShield.Hosting.Handoff;

namespace CrashShield.Hosting.Tests.Handoff;

public sealed class HandoffRuleTests
{
    private static readonly WorkerBuild Old = new(new Version(1, 0), "a", 1);
    private static readonly WorkerBuild Next = new(new Version(2, 0), "b", 2);

    [Fact]
    public void ItsWordCounts()
    {
        Assert.Null(HandoffRule.WhyNot((_, _) => null, Old, Next));
        Assert.Equal("2.0 is too new for 1.0", HandoffRule.WhyNot((old, next) => $"{next.Version} is too new for {old.Version}", Old, Next));
    }

    [Fact]
    public void OneThatThrowsSaysNo() =>
        Assert.Equal("the rule threw System.TimeZoneNotFoundException: of all", HandoffRule.WhyNot((_, _) => throw new TimeZoneNotFoundException("of all"), Old, Next));

    [Fact]
    public void OneThatHangsSaysNo()
    {
        using var never = new ManualResetEventSlim();
        var why = HandoffRule.WhyNot(
            (_, _) =>
            {
                never.Wait(TestContext.Current.CancellationToken);
                return null;
            },
            Old, Next, TimeSpan.FromMilliseconds(50));
        never.Set();

        Assert.Equal("the rule has not decided within 0.05 s", why);
    }
}
