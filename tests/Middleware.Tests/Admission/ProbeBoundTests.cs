using System.Net;

namespace CrashShield.Middleware.Tests.Admission;

/// <summary>Which probes an open circuit lets pass while somebody claims to be a prober many times a second.</summary>
public class ProbeBoundTests
{
    private const int Rounds = 30;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("/order", "kube-probe/1.34", "/ops/configured")]
    [InlineData("/order", "kube-probe/1.34", "/ops/configured/")]
    [InlineData("/order", "kube-probe/1.34", "/ops/with-slash")]
    [InlineData("/order", "kube-probe/1.34", "/mapped/as-endpoint")]
    [InlineData("/order", "kube-probe/1.34", "/learned/by-answer")]
    [InlineData("/order/ping", "curl/8", "/ops/configured")]
    [InlineData("/order/ping", "curl/8", "/mapped/as-endpoint")]
    public async Task WhoClaimsToBeAProberLeavesRealProbesAlone(string path, string agent, string probe)
    {
        await using var app = await StartAsync();
        var refused = 0;
        for (var round = 0; round < Rounds; round++)
        {
            refused += await ExhaustAsync(app, path, agent);
            using var answer = await app.Http1.GetAsync(probe, Cancelled);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }

        Assert.NotEqual(0, refused);
    }

    [Fact]
    public async Task ConfiguredPathIsNeverRefused()
    {
        await using var app = await StartAsync();
        for (var round = 0; round < 10; round++)
        {
            var statuses = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => StatusAsync(app, HttpMethod.Post, "/ops/configured", "curl/8")));
            Assert.All(statuses, status => Assert.Equal(HttpStatusCode.OK, status));
        }
    }

    [Fact]
    public async Task KnownEndpointPassesABoundedNumberOfTimes()
    {
        await using var app = await StartAsync();
        for (var round = 0; round < Rounds; round++)
        {
            if (await ExhaustAsync(app, "/mapped/as-endpoint", "curl/8", 200) > 0)
                return;
        }

        Assert.Fail("Every one passed.");
    }

    private static async Task<ShieldedApp> StartAsync()
    {
        var app = await RefusingApp.StartAsync(
            app =>
            {
                app.UseCrashShield();
                app.UseHealthChecks("/learned/by-answer");
                app.MapHealthChecks("/mapped/as-endpoint");
                app.Map("/ops/configured", () => "yes");
                app.Map("/ops/with-slash", () => "yes");
                app.MapGet("/order", () => "taken");
                app.MapGet("/order/ping", () => "taken");
            },
            hold: false);
        (await app.Http1.GetAsync("/learned/by-answer", Cancelled)).Dispose();
        // The connection serves it once the first has ended, and is learned from.
        (await app.Http1.GetAsync("/order", Cancelled)).Dispose();
        RefusingApp.Hold(app);
        return app;
    }

    // How many of them were refused.
    private static async Task<int> ExhaustAsync(ShieldedApp app, string path, string agent, int count = 40)
    {
        var statuses = await Task.WhenAll(Enumerable.Range(0, count).Select(_ => StatusAsync(app, HttpMethod.Get, path, agent)));
        return statuses.Count(status => status == HttpStatusCode.ServiceUnavailable);
    }

    private static async Task<HttpStatusCode> StatusAsync(ShieldedApp app, HttpMethod method, string path, string agent)
    {
        using var request = new HttpRequestMessage(method, path);
        request.Headers.TryAddWithoutValidation("User-Agent", agent);
        using var answer = await app.Http1.SendAsync(request, Cancelled);
        return answer.StatusCode;
    }
}
