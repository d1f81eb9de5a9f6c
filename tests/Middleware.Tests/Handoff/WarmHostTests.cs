using CrashShield.Middleware.Handoff;

namespace CrashShield.Middleware.Tests.Handoff;

public sealed class WarmHostTests
{
    [Theory]
    [InlineData(null, "localhost")]
    [InlineData("", "localhost")]
    [InlineData("*", "localhost")]
    [InlineData("orders.example.com", "orders.example.com")]
    [InlineData(" ;orders.example.com; other.example.com", "orders.example.com")]
    [InlineData("*;orders.example.com", "orders.example.com")]
    [InlineData("*.example.com;orders.example.com", "warm-up.example.com")]
    [InlineData("[::1]", "[::1]")]
    public void IsTheFirstThatIsAllowed(string? allowedHosts, string host) => Assert.Equal(host, WarmHost.Of(allowedHosts));
}
