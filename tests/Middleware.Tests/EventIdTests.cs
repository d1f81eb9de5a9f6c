namespace CrashShield.Middleware.Tests;

/// <summary>The log events of all assemblies that an application gets.</summary>
public class EventIdTests
{
    private static readonly IReadOnlyList<LoggerMessageAttribute> Events = EventNames.DefinedIn(AppContext.BaseDirectory);

    [Fact]
    public void EveryEventHasANumberAndAName()
    {
        Assert.Contains(Events, defined => defined.EventName == "RequestFailed");
        Assert.Contains(Events, defined => defined.EventName == "ManagementListening");
        Assert.All(Events, defined => Assert.InRange(defined.EventId, 1, int.MaxValue));
        Assert.All(Events, defined => Assert.False(string.IsNullOrEmpty(defined.EventName), $"Event {defined.EventId} has no name."));
    }

    [Fact]
    public void NumbersAndNamesAreUniqueAcrossTheAssemblies()
    {
        Assert.Empty(Events.GroupBy(defined => defined.EventId).Where(same => same.Count() > 1).Select(same => same.Key));
        Assert.Empty(Events.GroupBy(defined => defined.EventName).Where(same => same.Count() > 1).Select(same => same.Key));
    }
}
