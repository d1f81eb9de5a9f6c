using System.Diagnostics;
using CrashShield.Hosting.Failures;

namespace CrashShield.Hosting.Tests.Failures;

public class FailureSpanTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    [Fact]
    public void StormRendersOnlyItsFirstStacksOfEachSecond()
    {
        var stacks = Enumerable.Range(0, 2 * (StackBudget.PerSecond + 50))
            .Select(i => StackOf(Start.AddSeconds(i / (StackBudget.PerSecond + 50)).AddMilliseconds(i % 100)))
            .ToArray();

        Assert.Equal(2 * StackBudget.PerSecond, stacks.Count(stack => stack.Contains(nameof(StackOf), StringComparison.Ordinal)));
        Assert.Equal(100, stacks.Count(stack => stack == "(left out: more than 100 failures in this second)"));
    }

    [Fact]
    public void SecondsThatAreExportedInTurnsKeepToTheBoundEach()
    {
        var budget = new StackBudget();
        var taken = Enumerable.Range(0, 3_000).Count(i => budget.TryTake(Start.AddHours(1).AddSeconds(i % 3)));
        Assert.Equal(3 * StackBudget.PerSecond, taken);
        Assert.True(budget.TryTake(Start.AddHours(1).AddSeconds(64)));
    }

    private static string StackOf(DateTimeOffset captured)
    {
        using var activity = new Activity("request") { IsAllDataRequested = true };
        activity.Start();
        try
        {
            throw new InvalidOperationException("It failed.");
        }
        catch (InvalidOperationException e)
        {
            FailureSpan.Record(activity, new(e, FailureOrigin.Request, activity.TraceId.ToHexString(), captured));
        }

        var tag = activity.Events.Single().Tags.Single(tag => tag.Key == "exception.stacktrace").Value;
        // As two exporters would: the second gets what the first got.
        Assert.Equal(tag!.ToString(), tag.ToString());
        return tag.ToString()!;
    }
}
