using System.Net;

namespace CrashShield.Middleware.Tests.Admission;

/// <summary>Whose requests an open circuit refuses in an application with its own probes, keys and origins.</summary>
public class GuestAdmissionTests
{
    private const string Origin = "https://shop.example";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("default")]
    [InlineData("named")]
    [InlineData("inline")]
    [InlineData("endpoint")]
    public async Task BrowserOfAnotherOriginIsToldWhatItMaySendAndSeesTheRefusal(string policy)
    {
        await using var app = await RefusingApp.StartAsync(
            app =>
            {
                app.UseCrashShield();
                _ = policy switch
                {
                    "named" => app.UseCors("shop"),
                    "inline" => app.UseCors(cors => cors.WithOrigins(Origin).AllowCredentials()),
                    _ => app.UseCors(),
                };
                var endpoint = app.MapPut("/order", () => "taken");
                if (policy == "endpoint")
                    endpoint.RequireCors("shop");
            },
            builder => builder.Services.AddCors(cors =>
            {
                cors.AddPolicy("shop", shop => shop.WithOrigins(Origin).AllowCredentials().WithMethods("PUT"));
                if (policy == "default")
                    cors.AddDefaultPolicy(shop => shop.WithOrigins(Origin).AllowCredentials().WithMethods("PUT"));
            }));

        using var preflight = new HttpRequestMessage(HttpMethod.Options, "/order");
        preflight.Headers.Add("Origin", Origin);
        preflight.Headers.Add("Access-Control-Request-Method", "PUT");
        using var allowed = await app.Http1.SendAsync(preflight, Cancelled);
        Assert.Equal(HttpStatusCode.NoContent, allowed.StatusCode);

        using var request = new HttpRequestMessage(HttpMethod.Put, "/order");
        request.Headers.Add("Origin", Origin);
        using var refused = await app.Http1.SendAsync(request, Cancelled);
        Assert.Equal((HttpStatusCode.ServiceUnavailable, Origin), (refused.StatusCode, refused.Headers.GetValues("Access-Control-Allow-Origin").Single()));
        Assert.NotNull(refused.Headers.RetryAfter);
        Assert.Contains("new-session", await refused.Content.ReadAsStringAsync(Cancelled), StringComparison.Ordinal);

        using var established = new HttpRequestMessage(HttpMethod.Put, "/order");
        established.Headers.Add("Origin", Origin);
        established.Headers.Add("Authorization", "Bearer abc");
        using var served = await app.Http1.SendAsync(established, Cancelled);
        Assert.Equal(HttpStatusCode.OK, served.StatusCode);
    }

    [Theory]
    [InlineData("/order?page=2&x=", null, HttpStatusCode.ServiceUnavailable)]
    [InlineData("/order?access_token=", null, HttpStatusCode.ServiceUnavailable)]
    [InlineData("/order?page=2&Access_Token=abc", null, HttpStatusCode.OK)]
    [InlineData("/order?sig=abc", null, HttpStatusCode.OK)]
    [InlineData("/order", "x-api-key", HttpStatusCode.OK)]
    [InlineData("/order", "X-Tenant-Key", HttpStatusCode.OK)]
    [InlineData("/order", "X-Other", HttpStatusCode.ServiceUnavailable)]
    public async Task KeysAndTokensTellASession(string path, string? header, HttpStatusCode expected)
    {
        await using var app = await RefusingApp.StartAsync(app =>
        {
            app.UseCrashShield();
            app.MapGet("/order", () => "taken");
        });
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (header is not null)
            request.Headers.Add(header, "abc");
        using var answer = await app.Http1.SendAsync(request, Cancelled);
        Assert.Equal(expected, answer.StatusCode);
    }

    [Fact]
    public async Task ApplicationsOwnProbesAreNeverRefused()
    {
        await using var app = await RefusingApp.StartAsync(
            app =>
            {
                app.UseCrashShield();
                app.UseHealthChecks("/learned/by-answer");
                app.UseHealthChecks("/ops/configured");
                app.MapHealthChecks("/mapped/as-endpoint");
                app.MapGet("/api/alive", () => "yes");
                app.MapGet("/odd", () => "yes");
            },
            hold: false);
        (await app.Http1.GetAsync("/learned/by-answer", Cancelled)).Dispose();
        RefusingApp.Hold(app);
        foreach (var path in new[] { "/learned/by-answer", "/ops/configured", "/mapped/as-endpoint", "/api/alive" })
        {
            using var answer = await app.Http1.GetAsync(path, Cancelled);
            Assert.True(answer.StatusCode == HttpStatusCode.OK, path);
        }

        using var odd = new HttpRequestMessage(HttpMethod.Get, "/odd");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await app.Http1.SendAsync(odd, Cancelled)).StatusCode);
        using var probe = new HttpRequestMessage(HttpMethod.Get, "/odd");
        probe.Headers.TryAddWithoutValidation("User-Agent", "kube-probe/1.34");
        Assert.Equal(HttpStatusCode.OK, (await app.Http1.SendAsync(probe, Cancelled)).StatusCode);
    }

    [Fact]
    public async Task WhatOnlyLooksLikeAProbePassesABoundedNumberOfTimes()
    {
        await using var app = await RefusingApp.StartAsync(app =>
        {
            app.UseCrashShield();
            app.MapGet("/alive", () => "yes");
        });
        var statuses = new List<HttpStatusCode>();
        for (var i = 0; i < 300; i++)
            statuses.Add((await app.Http1.GetAsync("/alive", Cancelled)).StatusCode);
        Assert.Contains(HttpStatusCode.ServiceUnavailable, statuses);
    }
}
