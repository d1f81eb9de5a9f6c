using System.Reflection;
using Microsoft.Extensions.Logging;

namespace CrashShield.Hosting.Tests.Configuration;

public class EventIdTests
{
    [Fact]
    public void AreUniqueAndNamed()
    {
        var events = typeof(CrashShieldOptions).Assembly.GetTypes()
            .SelectMany(type => type.GetMethods(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic))
            .Select(method => method.GetCustomAttribute<LoggerMessageAttribute>())
            .OfType<LoggerMessageAttribute>()
            .ToArray();

        Assert.NotEmpty(events);
        Assert.Equal(events.Length, events.Select(e => e.EventId).Distinct().Count());
        Assert.Equal(events.Length, events.Select(e => e.EventName).Distinct().Count());
        Assert.All(events, e => Assert.False(string.IsNullOrEmpty(e.EventName)));
    }
}
