using System.Net;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.ResponseCompression;

namespace CrashShield.Middleware.Tests.Exceptions;

/// <summary>The guard stands in front of the server's response: whatever the application does to response and body has to go on working.</summary>
public class ResponseFeatureTests
{
    private const string FailureType = "System.InvalidOperationException";

    [Fact]
    public async Task FeatureKeptForCallbacksIsTheRequestsOwn()
    {
        await using var app = await ShieldedApp.StartAsync(app =>
        {
            app.UseCrashShield();
            app.MapGet("/kept/{id}", async (string id, HttpContext context) =>
            {
                var response = context.Features.Get<IHttpResponseFeature>()!;
                response.Headers["X-Own"] = id;
                response.OnStarting(async _ => { await Task.Yield(); response.Headers.SetCookie = "session=" + response.Headers["X-Own"]; }, id);
                await Task.Yield();
                context.Response.StatusCode = StatusCodes.Status204NoContent;
            });
        });

        foreach (var client in new[] { app.Http1, app.Http2 })
        {
            await Parallel.ForEachAsync(Enumerable.Range(0, 2_000), new ParallelOptions { MaxDegreeOfParallelism = 64 }, async (i, cancellationToken) =>
            {
                using var response = await client.GetAsync($"/kept/{i}", cancellationToken);
                Assert.Equal(HttpStatusCode.NoContent, response.StatusCode);
                Assert.Equal($"session={i}", Assert.Single(response.Headers.GetValues("Set-Cookie")));
            });
        }

        Assert.Empty(app.Log.Problems);
    }

    [Fact]
    public async Task ErrorReplacesWhatMiddlewareHadBuffered()
    {
        await using var app = await ShieldedApp.StartAsync(app =>
        {
            app.UseCrashShield();
            app.Use(async (context, next) =>
            {
                context.Response.Body = new MemoryStream();
                await next(context);
            });
            app.MapGet("/fail", async (HttpResponse response) =>
            {
                await response.WriteAsync("buffered");
                throw new InvalidOperationException();
            });
        });

        using var response = await app.Http1.GetAsync("/fail", TestContext.Current.CancellationToken);

        Assert.Equal("/fail", (await response.ReadProblemAsync()).Text("instance"));
        await app.Log.WaitForAsync(1000);
        Assert.Single(app.Log.Problems);
    }

    [Fact]
    public async Task FailingCallbackUnderCompressionIsAnswered()
    {
        await using var app = await ShieldedApp.StartAsync(
            app =>
            {
                app.UseCrashShield();
                app.UseResponseCompression();
                app.MapGet("/fail", (HttpResponse response) =>
                {
                    response.OnStarting(() => throw new InvalidOperationException());
                    return new string('x', 10_000);
                });
            },
            build: builder => builder.Services.AddResponseCompression(compression => compression.Providers.Add<GzipCompressionProvider>()));
        using var request = new HttpRequestMessage(HttpMethod.Get, "/fail") { Headers = { { "Accept-Encoding", "gzip" } } };

        using var response = await app.Http1.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.InternalServerError, response.StatusCode);
        await response.ReadProblemAsync();
        await app.Log.WaitForAsync(1000);
        Assert.Single(app.Log.Problems);
    }

    [Fact]
    public async Task BytesThatTheServerHoldsAreSentAsTheBodyOfAFailure()
    {
        await using var app = await ShieldedApp.StartAsync(string (HttpResponse response) =>
        {
            response.BodyWriter.GetSpan(4)[..4].Clear();
            response.BodyWriter.Advance(4);
            throw new InvalidOperationException();
        });

        using var answer = await app.Http1.GetAsync("/fail", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.InternalServerError, answer.StatusCode);
        Assert.Equal(new byte[4], await answer.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));

        await app.Log.WaitForAsync(1000);
        Assert.Equal([new(FailureType, "/fail", "skipped")], app.Counts.All.Keys);
        Assert.Single(app.Log.Problems);
    }

    [Fact]
    public async Task SeveralFailingCallbacksAreAnsweredOnceAndReportedEach()
    {
        await using var app = await ShieldedApp.StartAsync((HttpResponse response) =>
        {
            response.OnStarting(() => throw new InvalidOperationException("registered first"));
            response.OnStarting(() => throw new InvalidOperationException("registered last"));
            return "never sent";
        });

        foreach (var client in new[] { app.Http1, app.Http2 })
        {
            using var response = await client.GetAsync("/fail", TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.InternalServerError, response.StatusCode);
            await response.ReadProblemAsync();
        }

        await app.Log.WaitForAsync(1000, count: 4);
        Assert.All(app.Log.Problems, entry => Assert.Equal(1000, entry.EventId.Id));
        Assert.Equal(
            new Dictionary<ExceptionCounts.Series, long> { [new(FailureType, "/fail", "handled")] = 2, [new(FailureType, "/fail", "skipped")] = 2 },
            app.Counts.All);
    }

    [Fact]
    public async Task FailureThatMeetsAFailingCallbackIsStillAnswered()
    {
        await using var app = await ShieldedApp.StartAsync(string (HttpResponse response) =>
        {
            response.OnStarting(() => throw new InvalidOperationException("callback"));
            throw new InvalidOperationException("handler");
        });

        foreach (var client in new[] { app.Http1, app.Http2 })
        {
            using var response = await client.GetAsync("/fail", TestContext.Current.CancellationToken);
            await response.ReadProblemAsync();
        }

        await app.Log.WaitForAsync(1000, count: 4);
        Assert.All(app.Log.Problems, entry => Assert.Equal(1000, entry.EventId.Id));
    }

    [Theory]
    [InlineData("*/*")]
    [InlineData("text/plain")]
    public async Task AnswerToHeadIsHeadersAlone(string accept)
    {
        await using var app = await ShieldedApp.StartAsync(app =>
        {
            app.UseCrashShield();
            app.MapMethods("/fail", ["HEAD"], string () => throw new InvalidOperationException());
        });

        foreach (var client in new[] { app.Http1, app.Http2 })
        {
            for (var i = 0; i < 3; i++)
            {
                using var request = new HttpRequestMessage(HttpMethod.Head, "/fail")
                {
                    Headers = { { "Accept", accept } },
                    Version = client.DefaultRequestVersion,
                    VersionPolicy = client.DefaultVersionPolicy,
                };
                using var response = await client.SendAsync(request, TestContext.Current.CancellationToken);
                Assert.Equal(HttpStatusCode.InternalServerError, response.StatusCode);
                Assert.NotEqual(0, response.Content.Headers.ContentLength);
            }
        }

        await app.Log.WaitForAsync(1000, count: 6);
        Assert.All(app.Log.Problems, entry => Assert.Equal(1000, entry.EventId.Id));
    }

    [Fact]
    public async Task MiddlewareThatReturnsNoTaskIsCaptured()
    {
        await using var app = await ShieldedApp.StartAsync(app =>
        {
            app.UseCrashShield();
            app.Use(_ => _ => null!);
        });

        using var response = await app.Http1.GetAsync("/", TestContext.Current.CancellationToken);

        await response.ReadProblemAsync();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(200)]
    [InlineData(204)]
    [InlineData(1000)]
    public async Task BadRequestWithNoErrorStatusIsA400(int statusCode)
    {
        await using var app = await ShieldedApp.StartAsync(string () => throw new BadHttpRequestException("odd", statusCode));

        Assert.Equal(HttpStatusCode.BadRequest, (await app.Http1.GetAsync("/fail", TestContext.Current.CancellationToken)).StatusCode);
    }

    [Fact]
    public async Task MetricTagOfMiddlewareFurtherInIsNotDoubled()
    {
        await using var app = await ShieldedApp.StartAsync(
            app =>
            {
                app.UseCrashShield();
                app.UseExceptionHandler(handler => handler.Run(_ => throw new InvalidOperationException("the handler fails as well")));
                app.MapGet("/fail", string () => throw new InvalidOperationException());
            },
            shield => shield.Telemetry.Meters.Add("Microsoft.AspNetCore.Hosting"));

        // One connection: had its end been disturbed, the second request would not be answered on it.
        for (var i = 0; i < 2; i++)
        {
            using var response = await app.Http1.GetAsync("/fail", TestContext.Current.CancellationToken);
            await response.ReadProblemAsync();
        }

        await app.DisposeAsync();
        Assert.DoesNotContain(app.Log.Problems, entry => entry.Category.StartsWith("Microsoft.AspNetCore.Server", StringComparison.Ordinal));
    }
}
