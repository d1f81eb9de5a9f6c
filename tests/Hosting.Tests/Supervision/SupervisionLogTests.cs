using System.Reflection;
using CrashShield.Hosting.Supervision;
using Microsoft.Extensions.Logging;

namespace CrashShield.Hosting.Tests.Supervision;

public class SupervisionLogTests
{
    [Fact]
    public void EventsAreNamedAndNumberedInTheirBlock()
    {
        var events = typeof(SupervisionLog).GetMethods(BindingFlags.Public | BindingFlags.Static)
            .Select(method => (method.Name, Event: method.GetCustomAttribute<LoggerMessageAttribute>()!)).ToArray();

        Assert.All(events, e => Assert.InRange(e.Event.EventId, 1100, 1199));
        Assert.All(events, e => Assert.Equal(e.Name, e.Event.EventName));
        Assert.Equal(events.Length, events.Select(e => e.Event.EventId).Distinct().Count());
    }
}
