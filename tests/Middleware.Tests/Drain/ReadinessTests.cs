using System.Net;
using CrashShield.Hosting.Drain;

namespace CrashShield.Middleware.Tests.Drain;

public class ReadinessTests
{
    [Theory]
    [InlineData(nameof(ServingPhase.Serving), HttpStatusCode.OK, "Closed")]
    [InlineData(nameof(ServingPhase.HandingOver), HttpStatusCode.ServiceUnavailable, "HandingOver")]
    [InlineData(nameof(ServingPhase.Draining), HttpStatusCode.ServiceUnavailable, "Draining")]
    public async Task SaysWhyAndLivenessStays(string phase, HttpStatusCode expected, string word)
    {
        await using var app = await ShieldedApp.StartAsync(app => app.UseCrashShield());
        app.Services.GetRequiredService<ServingState>().TryGo(Enum.Parse<ServingPhase>(phase));

        using var ready = await app.Http1.GetAsync("/readyz", TestContext.Current.CancellationToken);

        Assert.Equal((expected, word), (ready.StatusCode, await ready.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)));
        Assert.Equal("Closed", await app.Http1.GetStringAsync("/livez", TestContext.Current.CancellationToken));
    }
}
