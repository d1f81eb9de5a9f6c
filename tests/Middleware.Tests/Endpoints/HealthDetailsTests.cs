using System.Net;
using System.Security.Claims;
using System.Text.Encodings.Web;
using CrashShield.Hosting.Circuit;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;

namespace CrashShield.Middleware.Tests.Endpoints;

/// <summary>Who is told reasons: they may name servers and quote exceptions.</summary>
public class HealthDetailsTests
{
    private const string Secret = "no connection to db7.internal";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("Production", null, false)]
    [InlineData("Production", "operator", true)]
    [InlineData("Production", "somebody", false)]
    [InlineData("Development", null, true)]
    public async Task ReasonsAreToldInDevelopmentAndToWhomThePolicyLets(string environment, string? user, bool expected)
    {
        await using var app = await StartAsync(environment);
        await app.Log.WaitForAsync(2160);
        app.Services.GetRequiredService<HealthCircuit>().Hold(CircuitLevel.Degraded, Secret);
        // The first request goes through the application, the later ones do not.
        for (var i = 0; i < 3; i++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/healthz/ready");
            request.Headers.Add("Accept", "application/json");
            if (user is not null)
                request.Headers.Add("Authorization", user);
            using var answer = await app.Http1.SendAsync(request, Cancelled);
            var json = await answer.Content.ReadAsStringAsync(Cancelled);
            Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
            Assert.Contains("\"level\":\"Degraded\"", json, StringComparison.Ordinal);
            Assert.Equal(expected, json.Contains(Secret, StringComparison.Ordinal));
            Assert.Equal(expected, json.Contains("database", StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task UnhealthyCheckMakesItNotReadyAndNothingMore()
    {
        await using var app = await StartAsync("Production");
        await app.Log.WaitForAsync(2160);
        using var ready = await app.Http1.GetAsync("/readyz", Cancelled);
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "Unhealthy"), (ready.StatusCode, await ready.Content.ReadAsStringAsync(Cancelled)));
        Assert.Equal("Closed", await app.Http1.GetStringAsync("/livez", Cancelled));
        Assert.Equal("yes", await app.Http1.GetStringAsync("/", Cancelled));
    }

    /// <summary>As the framework's own authorization has it: a policy may look at the request.</summary>
    [Theory]
    [InlineData("1", true)]
    [InlineData("2", false)]
    public async Task PolicyIsAskedWithTheRequest(string header, bool expected)
    {
        await using var app = await ShieldedApp.StartAsync(
            app => app.UseCrashShield(),
            shield => shield.Endpoints.DetailsPolicy = "here",
            builder => builder.Services.AddAuthorization(options => options.AddPolicy(
                "here", policy => policy.RequireAssertion(asked => asked.Resource is HttpContext http && http.Request.Headers["X-Ops"] == "1"))));
        app.Services.GetRequiredService<HealthCircuit>().Hold(CircuitLevel.Degraded, Secret);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/healthz") { Headers = { { "Accept", "application/json" }, { "X-Ops", header } } };
        using var answer = await app.Http1.SendAsync(request, Cancelled);
        Assert.Equal(expected, (await answer.Content.ReadAsStringAsync(Cancelled)).Contains(Secret, StringComparison.Ordinal));
    }

    [Fact]
    public async Task PolicyThatDoesNotExistEndsTheStart()
    {
        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => ShieldedApp.StartAsync(
            app => app.UseCrashShield(), shield => shield.Endpoints.DetailsPolicy = "operatorz", builder => builder.Services.AddAuthorization()));
        Assert.Contains("'operatorz'", error.Message, StringComparison.Ordinal);
    }

    private static Task<ShieldedApp> StartAsync(string environment) => ShieldedApp.StartAsync(
        app =>
        {
            app.UseCrashShield();
            app.MapGet("/", () => "yes");
        },
        shield => shield.Endpoints.DetailsPolicy = "operators",
        builder =>
        {
            builder.Services.AddHealthChecks().AddCheck("database", () => HealthCheckResult.Unhealthy(Secret));
            builder.Services.AddAuthentication("test").AddScheme<AuthenticationSchemeOptions, HeaderAuthentication>("test", null);
            builder.Services.AddAuthorization(authorization => authorization.AddPolicy("operators", policy => policy.RequireUserName("operator")));
        },
        environment);

    private sealed class HeaderAuthentication(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder)
        : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
    {
        protected override Task<AuthenticateResult> HandleAuthenticateAsync() => Task.FromResult(Request.Headers.Authorization.ToString() is { Length: > 0 } name
            ? AuthenticateResult.Success(new(new ClaimsPrincipal(new ClaimsIdentity([new Claim(ClaimTypes.Name, name)], "test")), Scheme.Name))
            : AuthenticateResult.NoResult());
    }
}
