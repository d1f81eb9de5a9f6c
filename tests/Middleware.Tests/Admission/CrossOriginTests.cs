using System.Diagnostics;
using System.Net;

namespace CrashShield.Middleware.Tests.Admission;

/// <summary>That an <c>Origin</c> header alone gets nobody past an open circuit.</summary>
public class CrossOriginTests
{
    private const int Trials = 10;
    private const int Preflights = 200;
    private const int Refusals = 200;
    private const string Origin = "https://shop.example";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task PreflightsAreRefusedWhereNoCorsMiddlewareAnswersThem()
    {
        await using var app = await RefusingApp.StartAsync(
            app =>
            {
                app.UseCrashShield();
                app.Map("/work", () => "done");
            },
            builder => builder.Services.AddControllers());
        var (statuses, seconds) = await FloodAsync(app, HttpMethod.Options, "/work", 300);
        Assert.InRange(statuses.Count(status => status != HttpStatusCode.ServiceUnavailable), 1, Trials * seconds);
    }

    [Fact]
    public async Task RefusedRequestsRunNoMiddlewareWhereNoneAddsCorsHeaders()
    {
        var runs = 0;
        await using var app = await RefusingApp.StartAsync(
            app =>
            {
                app.UseCrashShield();
                app.Use(next => context =>
                {
                    Interlocked.Increment(ref runs);
                    return next(context);
                });
                app.Map("/work", () => "done");
            },
            builder => builder.Services.AddControllers());
        var (statuses, seconds) = await FloodAsync(app, HttpMethod.Get, "/work", 300);
        Assert.All(statuses, status => Assert.Equal(HttpStatusCode.ServiceUnavailable, status));
        Assert.InRange(runs, 1, Trials * seconds);
    }

    [Fact]
    public async Task PreflightsHaveABoundOfTheirOwn()
    {
        await using var app = await StartCorsAsync(app => app.MapPut("/order", () => "taken"));
        (await SendAsync(app, HttpMethod.Options, "/order")).Dispose();
        var (statuses, seconds) = await FloodAsync(app, HttpMethod.Options, "/order", 2_000);
        Assert.InRange(statuses.Count(status => status == HttpStatusCode.NoContent), Trials + 1, Preflights * seconds);
    }

    [Fact]
    public async Task RefusalsBehindTheApplicationsMiddlewareAreBounded()
    {
        var runs = 0;
        await using var app = await StartCorsAsync(app =>
        {
            app.Use(next => context =>
            {
                Interlocked.Increment(ref runs);
                return next(context);
            });
            app.MapGet("/order", () => "taken");
        });
        (await SendAsync(app, HttpMethod.Options, "/order")).Dispose();
        var (_, seconds) = await FloodAsync(app, HttpMethod.Get, "/order", 2_000);
        Assert.InRange(runs, Trials + 1, Refusals * seconds);
    }

    [Fact]
    public async Task ServedRequestTellsThatCorsIsUsed()
    {
        await using var app = await StartCorsAsync(app => app.MapGet("/order", () => Results.Text("taken")));
        using var established = new HttpRequestMessage(HttpMethod.Get, "/order");
        established.Headers.Add("Origin", Origin);
        established.Headers.Add("Authorization", "Bearer abc");
        (await app.Http1.SendAsync(established, Cancelled)).Dispose();
        // The connection serves it once the first has ended, and is learned from.
        (await app.Http1.GetAsync("/order", Cancelled)).Dispose();
        await AssertKnownAsync(app);
    }

    [Fact]
    public async Task RefusedRequestTellsThatCorsIsUsed()
    {
        await using var app = await StartCorsAsync(app => app.MapGet("/order", () => "taken"));
        using var refused = await SendAsync(app, HttpMethod.Get, "/order");
        Assert.Equal((HttpStatusCode.ServiceUnavailable, Origin), (refused.StatusCode, refused.Headers.GetValues("Access-Control-Allow-Origin").Single()));
        await AssertKnownAsync(app);
    }

    [Fact]
    public async Task EndpointTellsThatCorsIsUsed()
    {
        await using var app = await StartCorsAsync(
            app => app.MapPut("/order", () => "taken").RequireCors(shop => shop.WithOrigins("https://other.example").WithMethods("PUT")));
        // Nobody's origin is allowed, so that no answer tells.
        var (statuses, _) = await FloodAsync(app, HttpMethod.Options, "/order", 100);
        Assert.All(statuses, status => Assert.Equal(HttpStatusCode.NoContent, status));
    }

    // More than the trials of a second.
    private static async Task AssertKnownAsync(ShieldedApp app)
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 5 * Trials).Select(_ => SendAsync(app, HttpMethod.Options, "/order")));
        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode));
        Array.ForEach(answers, answer => answer.Dispose());
    }

    private static Task<ShieldedApp> StartCorsAsync(Action<WebApplication> map) => RefusingApp.StartAsync(
        app =>
        {
            app.UseCrashShield();
            app.UseCors();
            map(app);
        },
        builder => builder.Services.AddCors(cors => cors.AddDefaultPolicy(shop => shop.WithOrigins(Origin).AllowCredentials().WithMethods("PUT", "GET"))));

    // With the seconds of the clock that it has touched.
    private static async Task<(HttpStatusCode[] Statuses, int Seconds)> FloodAsync(ShieldedApp app, HttpMethod method, string path, int count)
    {
        var started = Stopwatch.GetTimestamp();
        var statuses = await Task.WhenAll(Enumerable.Range(0, count).Select(async _ =>
        {
            using var answer = await SendAsync(app, method, path);
            return answer.StatusCode;
        }));
        return (statuses, (int)(Stopwatch.GetTimestamp() / Stopwatch.Frequency - started / Stopwatch.Frequency) + 1);
    }

    private static async Task<HttpResponseMessage> SendAsync(ShieldedApp app, HttpMethod method, string path)
    {
        using var request = new HttpRequestMessage(method, path) { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        request.Headers.Add("Origin", Origin);
        if (method == HttpMethod.Options)
            request.Headers.Add("Access-Control-Request-Method", "PUT");
        return await app.Http2.SendAsync(request, Cancelled);
    }
}
