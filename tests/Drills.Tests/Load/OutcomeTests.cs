using CrashShield.Load;

namespace CrashShield.Drills.Tests.Load;

public class OutcomeTests
{
    [Theory]
    [InlineData(200, 200, Outcome.Ok)]
    [InlineData(503, 503, Outcome.Ok)]
    [InlineData(503, 200, Outcome.Shed)]
    [InlineData(500, 200, Outcome.WrongStatus)]
    public void AStatus503ThatNobodyExpectsIsShed(int status, int expected, Outcome outcome) => Assert.Equal(outcome, LoadConnection.OutcomeOf(status, expected));

    [Fact]
    public void AShedRequestIsCountedByItselfAndIsNotOk()
    {
        var tally = new Tally();
        tally.Add(Outcome.Ok, TimeSpan.FromMilliseconds(1), good: TimeSpan.FromSeconds(1));
        tally.Add(Outcome.Shed, TimeSpan.FromMilliseconds(1), good: TimeSpan.FromSeconds(1));

        var result = LoadResult.Of([tally], TimeSpan.FromSeconds(1));

        Assert.Equal((1, 1, 0, 2, false), (result.Ok, result.Shed, result.WrongStatus, result.Total, result.IsAllOk));
        Assert.Equal(1, LoadResult.FromJson(result.ToJson()).Shed);
    }
}
