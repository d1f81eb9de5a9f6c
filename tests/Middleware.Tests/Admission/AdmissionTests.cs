using System.Net;
using System.Text.Json;
using System.Threading.RateLimiting;
using CrashShield.Hosting.Circuit;
using CrashShield.Middleware.Admission;

namespace CrashShield.Middleware.Tests.Admission;

/// <summary>Who is served at which level, on real Kestrel.</summary>
public class AdmissionTests
{
    private const string Trace = "0af7651916cd43dd8448eb211c80319c";

    [Fact]
    public async Task DegradedRefusesSheddableWorkAlone()
    {
        await using var app = await StartAsync();
        Circuit(app).Hold(CircuitLevel.Degraded, "test");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, await StatusAsync(app, "/sheddable"));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(app, "/normal"));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(app, "/healthz"));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await StatusAsync(app, "/readyz"));
        Circuit(app).Release();
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(app, "/sheddable"));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(app, "/readyz"));
    }

    [Theory]
    [InlineData(null, null, HttpStatusCode.ServiceUnavailable)]
    [InlineData("Cookie", "theme=dark; lang=en", HttpStatusCode.ServiceUnavailable)]
    [InlineData("Cookie", "theme=dark; .AspNetCore.Session=CfDJ8", HttpStatusCode.OK)]
    [InlineData("Authorization", "Bearer abc", HttpStatusCode.OK)]
    public async Task OpenRefusesNewSessions(string? header, string? value, HttpStatusCode expected)
    {
        await using var app = await StartAsync();
        Circuit(app).Hold(CircuitLevel.Open, "test");

        using var request = new HttpRequestMessage(HttpMethod.Get, "/normal");
        if (header is not null)
            request.Headers.Add(header, value);
        using var answer = await app.Http1.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(expected, answer.StatusCode);
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(app, "/critical"));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(app, "/healthz"));
    }

    [Fact]
    public async Task RefusalSaysWhenToComeBackAndIsCountedNotLogged()
    {
        await using var app = await StartAsync();
        Circuit(app).Hold(CircuitLevel.Open, "test");

        using var request = new HttpRequestMessage(HttpMethod.Get, "/normal");
        request.Headers.Add("traceparent", $"00-{Trace}-b7ad6b7169203331-01");
        using var answer = await app.Http1.SendAsync(request, TestContext.Current.CancellationToken);
        var problem = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).RootElement;

        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType!.MediaType);
        Assert.InRange(answer.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 5);
        Assert.Equal(ShedReason.NewSession, problem.GetProperty("reason").GetString());
        Assert.Equal(answer.Headers.RetryAfter.Delta.Value.TotalSeconds, problem.GetProperty("retryAfter").GetInt32());
        Assert.Equal(
            (503, "/normal", Trace),
            (problem.GetProperty("status").GetInt32(), problem.GetProperty("instance").GetString(), problem.GetProperty("traceId").GetString()));
        Assert.Equal($"00-{Trace}--00", answer.Headers.GetValues("traceresponse").Single());
        Assert.Contains(
            """crashshield_requests_shed_total{priority="normal",reason="new-session"}""",
            await app.Http1.GetStringAsync("/metrics", TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.Equal(0, app.Counts.Total);
        Assert.Equal(1401, Assert.Single(app.Log.Problems).EventId.Id);
    }

    [Fact]
    public async Task ComposesWithRateLimiterAndTimeouts()
    {
        await using var app = await ShieldedApp.StartAsync(
            app =>
            {
                app.UseCrashShield();
                app.UseRateLimiter();
                app.UseRequestTimeouts();
                app.MapGet("/limited", () => "ok").RequireRateLimiting("none");
                app.MapGet("/slow", async (CancellationToken cancellationToken) => await Task.Delay(Timeout.Infinite, cancellationToken))
                    .WithRequestTimeout(TimeSpan.FromMilliseconds(50));
            },
            shield => shield.Admission.Enabled = true,
            builder =>
            {
                builder.Services.AddRateLimiter(limiter => limiter
                    .AddPolicy("none", _ => RateLimitPartition.GetConcurrencyLimiter("all", _ => new() { PermitLimit = 1, QueueLimit = 0 }))
                    .RejectionStatusCode = StatusCodes.Status429TooManyRequests);
                builder.Services.AddRequestTimeouts();
            });

        Assert.Equal(HttpStatusCode.OK, await StatusAsync(app, "/limited"));
        Assert.Equal(HttpStatusCode.GatewayTimeout, await StatusAsync(app, "/slow"));
    }

    [Fact]
    public async Task BeforeRoutingProbesAreServedAndItIsSaidThatPrioritiesAreNotKnown()
    {
        await using var app = await StartAsync(app =>
        {
            app.UseCrashShield();
            app.UseRouting();
        });
        Circuit(app).Hold(CircuitLevel.Open, "test");

        foreach (var path in new[] { "/healthz", "/healthz/live", "/metrics" })
            Assert.Equal(HttpStatusCode.OK, await StatusAsync(app, path));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await StatusAsync(app, "/critical"));
        Assert.Contains(app.Log.Problems, record => record.EventId.Name == "BeforeRouting");
    }

    [Fact]
    public async Task BehindRoutingPrioritiesAreKnown()
    {
        await using var app = await StartAsync(app =>
        {
            app.UseRouting();
            app.UseCrashShield();
        });
        Circuit(app).Hold(CircuitLevel.Open, "test");

        Assert.Equal(HttpStatusCode.OK, await StatusAsync(app, "/critical"));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(app, "/healthz"));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await StatusAsync(app, "/normal"));
        Assert.DoesNotContain(app.Log.Problems, record => record.EventId.Name == "BeforeRouting");
    }

    [Fact]
    public async Task ClassifierThatThrowsFailsItsRequestAndLeavesNoTrace()
    {
        await using var app = await ShieldedApp.StartAsync(
            app =>
            {
                app.UseCrashShield();
                app.MapGet("/normal", () => "ok");
            },
            shield => shield.Admission.Enabled = true,
            builder => builder.Services.AddSingleton<ISessionClassifier, ThrowingClassifier>());
        Circuit(app).Hold(CircuitLevel.Open, "test");
        for (var i = 0; i < 100; i++)
            Assert.Equal(HttpStatusCode.InternalServerError, await StatusAsync(app, "/normal"));

        Circuit(app).Release();
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(app, "/normal"));
        // The last one may not have been counted out yet.
        Assert.InRange(app.Services.GetRequiredService<AdmissionController>().InFlight, 0, 1);
    }

    [Fact]
    public async Task PriorityThatThereIsNotIsRefusedWhereItIsGiven()
    {
        var fromAttribute = Assert.Throws<ArgumentOutOfRangeException>(() => new RequestPriorityAttribute((RequestPriority)99));
        await using var app = WebApplication.CreateBuilder().Build();
        var fromCall = Assert.Throws<ArgumentOutOfRangeException>(() => app.MapGet("/order", () => "taken").WithPriority((RequestPriority)99));
        Assert.All([fromAttribute, fromCall], failure =>
        {
            Assert.Equal(("priority", (RequestPriority)99), (failure.ParamName, failure.ActualValue));
            Assert.All(Enum.GetNames<RequestPriority>(), name => Assert.Contains(name, failure.Message, StringComparison.Ordinal));
        });
    }

    [Fact]
    public async Task HealthReportNamesLevelSourcesAndHistory()
    {
        await using var app = await StartAsync();
        Circuit(app).Hold(CircuitLevel.Degraded, "maintenance");

        using var request = new HttpRequestMessage(HttpMethod.Get, "/healthz") { Headers = { { "Accept", "application/json" } } };
        using var answer = await app.Http1.SendAsync(request, TestContext.Current.CancellationToken);
        var health = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).RootElement;

        Assert.Equal(
            ("Degraded", "Degraded"), (health.GetProperty("level").GetString(), health.GetProperty("held").GetString()));
        Assert.Contains(health.GetProperty("sources").EnumerateArray(), source => source.GetProperty("name").GetString() == "thread-pool");
        Assert.Equal("Closed", health.GetProperty("history")[0].GetProperty("from").GetString());
    }

    private static HealthCircuit Circuit(ShieldedApp app) => app.Services.GetRequiredService<HealthCircuit>();

    private static async Task<HttpStatusCode> StatusAsync(ShieldedApp app, string path)
    {
        using var answer = await app.Http1.GetAsync(path, TestContext.Current.CancellationToken);
        return answer.StatusCode;
    }

    private static Task<ShieldedApp> StartAsync(Action<WebApplication>? use = null) => ShieldedApp.StartAsync(
        app =>
        {
            (use ?? (static app => app.UseCrashShield()))(app);
            app.MapGet("/normal", () => "ok");
            app.MapGet("/sheddable", [RequestPriority(RequestPriority.Sheddable)] () => "ok");
            app.MapGroup("").WithPriority(RequestPriority.Critical).MapGet("/critical", () => "ok");
        },
        shield => shield.Admission.Enabled = true);

    private sealed class ThrowingClassifier : ISessionClassifier
    {
        public bool IsNewSession(HttpContext context) => throw new InvalidOperationException("A classifier of the application's.");
    }
}
