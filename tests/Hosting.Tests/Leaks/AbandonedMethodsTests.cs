using System.Runtime.CompilerServices;
using CrashShield.Hosting.Leaks;

namespace CrashShield.Hosting.Tests.Leaks;

public class AbandonedMethodsTests
{
    [Fact]
    public async Task AsyncMethodsAreFoundByTheRuntimesEvent()
    {
        using var fixture = new LeakFixture();
        using var methods = new AbandonedMethods(fixture.Registry);
        Abandon(1_000);
        const string Name = "CrashShield.Hosting.Tests.Leaks.AbandonedMethodsTests.WaitForEver";

        await fixture.LookUntil(() => fixture.Counts.Of("crashshield.tasks.abandoned", $"method={Name}") == 1_000, "1,000 of 1,000 are found");

        var logged = Assert.Single(fixture.Log.Named("MethodsAbandoned"), record => record["Name"] == Name);
        Assert.DoesNotContain("Ada", logged.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WaitOfAWatchedChannelIsReportedByTheChannelAlone()
    {
        using var fixture = new LeakFixture();
        using var methods = new AbandonedMethods(fixture.Registry);
        fixture.Enter();
        WaitForNobody();

        await fixture.LookUntil(() => fixture.Log.Named("ReadersOrphaned").Count == 1, "it is logged");

        Assert.DoesNotContain(fixture.Log.Named("MethodsAbandoned"), record => record["Name"].Contains("WatchedReader", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("Shop.Orders+<PlaceAsync>d__5\r\n    customer: Ada\r\n", "Shop.Orders.PlaceAsync")]
    [InlineData("Shop.Orders+<PlaceAsync>d__5`1[[System.Int32, System.Private.CoreLib]]\n    x: 1", "Shop.Orders.PlaceAsync")]
    [InlineData("Shop.Orders+<>c+<<Map>b__0_0>d", "Shop.Orders+<>c+<<Map>b__0_0>d")]
    [InlineData("Shop.HandWritten", "Shop.HandWritten")]
    public void NameIsAllThatIsKept(string description, string method) => Assert.Equal(method, StateMachineName.MethodOf(description));

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Abandon(int count)
    {
        for (var i = 0; i < count; i++)
            _ = WaitForEver("Ada");
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void WaitForNobody() => _ = ShieldChannel.CreateUnbounded<int>("jobs").Reader.WaitToReadAsync().AsTask();

    private static async Task<string> WaitForEver(string customer)
    {
        await new TaskCompletionSource().Task;
        return customer;
    }
}
