using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;

namespace CrashShield.Middleware.Tests.Exceptions;

public class CaptureTests
{
    private const string FailureType = "System.InvalidOperationException";

    public static TheoryData<string, Delegate> Failing => new()
    {
        { "sync", string () => throw new InvalidOperationException() },
        { "async", async Task<string> () => { await Task.Yield(); throw new InvalidOperationException(); } },
        { "task", Task<string> () => Task.FromException<string>(new InvalidOperationException()) },
        { "WhenAll", () => Task.WhenAll(Task.FromException(new InvalidOperationException()), Task.FromException(new TimeoutException())) },
        { "on starting, with a body", (HttpResponse response) => { response.OnStarting(() => throw new InvalidOperationException()); return "x"; } },
        { "on starting, empty", (HttpResponse response) => response.OnStarting(() => throw new InvalidOperationException()) },
        {
            "on starting, async", (HttpResponse response) =>
            {
                response.OnStarting(async () => { await Task.Yield(); throw new InvalidOperationException(); });
                return "x";
            }
        },
        { "on starting, own write", async (HttpResponse response) => { response.OnStarting(() => throw new InvalidOperationException()); await response.WriteAsync("half"); await response.WriteAsync("whole"); } },
    };

    [Theory]
    [MemberData(nameof(Failing))]
    public async Task AnswersLogsAndCountsOnce(string way, Delegate endpoint)
    {
        await using var app = await ShieldedApp.StartAsync(endpoint);

        foreach (var client in new[] { app.Http1, app.Http2 })
        {
            using var response = await client.GetAsync("/fail", TestContext.Current.CancellationToken);

            Assert.Equal(HttpStatusCode.InternalServerError, response.StatusCode);
            var problem = await response.ReadProblemAsync();
            Assert.Equal("Internal Server Error", problem.Text("title"));
            Assert.Equal("/fail", problem.Text("instance"));
            Assert.Matches("^[0-9a-f]{32}$", problem.Text("traceId"));
            Assert.Matches("^[0-9a-f]{32}$", problem.Text("errorId"));
            Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$", problem.Text("timestamp"));
            Assert.Contains(problem.Text("traceId")!, Assert.Single(response.Headers.GetValues("traceresponse")), StringComparison.Ordinal);
            Assert.False(problem.TryGetProperty("exception", out _), way);
        }

        await app.Log.WaitForAsync(1000, count: 2);
        Assert.All(app.Log.Problems, entry => Assert.Equal((1000, LogLevel.Error, "RequestFailed"), (entry.EventId.Id, entry.Level, entry.EventId.Name)));
        Assert.Equal(2, app.Log.Problems.Count);
        var (series, count) = Assert.Single(app.Counts.All);
        Assert.Equal((new ExceptionCounts.Series(FailureType, "/fail", "handled"), 2), (series, count));
    }

    [Fact]
    public async Task CapturesMiddlewareFurtherInAndFurtherOut()
    {
        await using var app = await ShieldedApp.StartAsync(app =>
        {
            app.Use((context, next) => context.Request.Path == "/before" ? throw new InvalidOperationException() : next(context));
            app.UseCrashShield();
            app.Use(async (context, next) =>
            {
                await next(context);
                if (context.Request.Path == "/after")
                    throw new InvalidOperationException();
            });
        });

        foreach (var path in new[] { "/before", "/after" })
        {
            using var response = await app.Http1.GetAsync(path, TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.InternalServerError, response.StatusCode);
            Assert.Equal(path, (await response.ReadProblemAsync()).Text("instance"));
        }

        await app.Log.WaitForAsync(1000, count: 2);
        Assert.Equal(new Dictionary<ExceptionCounts.Series, long> { [new(FailureType, null, "handled")] = 2 }, app.Counts.All);
    }

    /// <summary>PathString refuses such a path whenever it is read, which must not cost the failure.</summary>
    [Fact]
    public async Task CapturesAlsoWhenThePathCannotBeRead()
    {
        await using var app = await ShieldedApp.StartAsync(app =>
        {
            app.UseCrashShield();
            app.Use((HttpContext context, RequestDelegate _) =>
            {
                context.Features.GetRequiredFeature<IHttpRequestFeature>().Path = "no slash";
                throw new InvalidOperationException();
            });
        });

        using var response = await app.Http1.GetAsync("/", TestContext.Current.CancellationToken);

        Assert.Equal("no%20slash", (await response.ReadProblemAsync()).Text("instance"));
        Assert.Equal(1, app.Counts.Total);
    }

    [Fact]
    public async Task ClientThatResetsWhileItsBodyIsReadIsGoneAndNoError()
    {
        await using var app = await ShieldedApp.StartAsync(app =>
        {
            app.UseCrashShield();
            app.MapPost("/body", async (HttpRequest request) => await new StreamReader(request.Body).ReadToEndAsync());
        });
        const int Resets = 50;
        for (var i = 0; i < Resets; i++)
        {
            using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync("127.0.0.1", app.Http1.BaseAddress!.Port, TestContext.Current.CancellationToken);
            await socket.SendAsync("POST /body HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\na"u8.ToArray(), TestContext.Current.CancellationToken);
            // Once the handler reads: a reset before would be no request.
            await app.Log.UntilAsync(() => app.Log.All.Count(entry => entry.EventId.Name == "ExecutingEndpoint") > i);
            socket.LingerState = new LingerOption(true, 0);
        }

        await app.Log.UntilAsync(() => app.Counts.Total == Resets);
        Assert.All(app.Counts.All.Keys, series => Assert.Equal("aborted", series.Outcome));
        // Kestrel has its own word on such a body.
        Assert.DoesNotContain(app.Log.Problems, entry => entry.Category.StartsWith(nameof(CrashShield), StringComparison.Ordinal));
    }

    [Fact]
    public async Task CapturesEndpointFiltersAndModelBinding()
    {
        await using var app = await ShieldedApp.StartAsync(build: builder => builder.Services.Configure<RouteHandlerOptions>(routes => routes.ThrowOnBadRequest = true), configure: app =>
        {
            app.UseCrashShield();
            app.MapGet("/filter", () => "").AddEndpointFilter((_, _) => throw new InvalidOperationException());
            app.MapGet("/bind", (Unbindable value) => value.ToString());
            app.MapPost("/json", (Order order) => order.Item);
            app.MapGet("/number/{id}", (int id) => id);
        });

        using var filter = await app.Http1.GetAsync("/filter", TestContext.Current.CancellationToken);
        using var binding = await app.Http1.GetAsync("/bind", TestContext.Current.CancellationToken);
        using var json = await app.Http1.PostAsync(
            "/json", new StringContent("{", null, "application/json"), TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.InternalServerError, filter.StatusCode);
        Assert.Equal(HttpStatusCode.InternalServerError, binding.StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, json.StatusCode);
        await json.ReadProblemAsync();
        using var number = await app.Http1.GetAsync("/number/abc", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.BadRequest, number.StatusCode);
        await number.ReadProblemAsync();
        await app.Counts.WaitForAsync(new("Microsoft.AspNetCore.Http.BadHttpRequestException", "/number/{id}", "handled"), 1);
        await app.Log.WaitForAsync(1000, count: 2);
        Assert.Equal(1, app.Counts.All[new(FailureType, "/filter", "handled")]);
        Assert.Equal(1, app.Counts.All[new("System.FormatException", "/bind", "handled")]);
    }

    [Fact]
    public async Task FiltersSeeWhatCouldNotBeBoundAsWithout()
    {
        await using var app = await ShieldedApp.StartAsync(app =>
        {
            app.UseCrashShield();
            app.MapGet("/number/{id}", (int id) => id).AddEndpointFilter(async (context, next) =>
            {
                var result = await next(context);
                return context.HttpContext.Response.StatusCode == 400 ? Results.UnprocessableEntity("reasons") : result;
            });
        });
        using var json = await app.Http1.GetAsync("/number/abc", TestContext.Current.CancellationToken);
        Assert.Equal((HttpStatusCode.UnprocessableEntity, "\"reasons\""), (json.StatusCode, await json.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)));
    }

    [Fact]
    public async Task CapturesWhatTheFrameworkPutsOutside()
    {
        // Authorization without any authentication scheme throws in middleware that WebApplication adds before the application's own.
        await using var app = await ShieldedApp.StartAsync(
            app =>
            {
                app.UseCrashShield();
                app.MapGet("/fail", () => "").RequireAuthorization();
            },
            build: builder =>
            {
                builder.Services.AddAuthentication();
                builder.Services.AddAuthorization();
            });

        using var response = await app.Http1.GetAsync("/fail", TestContext.Current.CancellationToken);

        await response.ReadProblemAsync();
        await app.Log.WaitForAsync(1000);
        Assert.Equal(1, app.Counts.All[new(FailureType, "/fail", "handled")]);
    }

    [Fact]
    public async Task ReportsCompletedCallbackWithoutTouchingTheAnswer()
    {
        await using var app = await ShieldedApp.StartAsync((HttpResponse response) =>
        {
            response.OnCompleted(() => throw new InvalidOperationException());
            return "whole";
        });

        Assert.Equal("whole", await app.Http1.GetStringAsync("/fail", TestContext.Current.CancellationToken));

        await app.Log.WaitForAsync(1000);
        Assert.Equal(1, app.Counts.All[new(FailureType, "/fail", "skipped")]);
        Assert.Single(app.Log.Problems);
    }

    [Fact]
    public async Task ClientGoneIsNoError()
    {
        var reached = new TaskCompletionSource();
        var status = new TaskCompletionSource<int>();
        await using var app = await ShieldedApp.StartAsync(async (HttpContext context) =>
        {
            context.Response.OnCompleted(() => { status.SetResult(context.Response.StatusCode); return Task.CompletedTask; });
            reached.SetResult();
            await Task.Delay(Timeout.Infinite, context.RequestAborted);
        });

        using var leave = new CancellationTokenSource();
        var request = app.Http1.GetAsync("/fail", leave.Token);
        await reached.Task;
        await leave.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => request);

        Assert.Equal(StatusCodes.Status499ClientClosedRequest, await status.Task.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken));
        Assert.Equal(LogLevel.Debug, Assert.Single(await app.Log.WaitForAsync(1001)).Level);
        Assert.Equal("aborted", Assert.Single(app.Counts.All).Key.Outcome);
        Assert.Empty(app.Log.Problems);
    }

    [Fact]
    public async Task BadRequestKeepsItsStatus()
    {
        await using var app = await ShieldedApp.StartAsync(app =>
        {
            app.UseCrashShield();
            app.MapGet("/fail", string () => throw new BadHttpRequestException("too much", StatusCodes.Status413PayloadTooLarge));
        });

        using var response = await app.Http1.GetAsync("/fail", TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
        Assert.Equal(LogLevel.Information, Assert.Single(await app.Log.WaitForAsync(1000)).Level);
        Assert.Empty(app.Log.Problems);
    }

    [Fact]
    public async Task UsedTwiceIsTheSameAsOnce()
    {
        await using var app = await ShieldedApp.StartAsync(app =>
        {
            app.UseCrashShield();
            app.UseCrashShield();
            app.MapGet("/fail", string () => throw new InvalidOperationException());
        });

        using var response = await app.Http1.GetAsync("/fail", TestContext.Current.CancellationToken);
        Assert.Equal("Closed", await app.Http1.GetStringAsync("/healthz", TestContext.Current.CancellationToken));

        await app.Log.WaitForAsync(1000);
        Assert.Equal(1, app.Counts.Total);
        Assert.Single(app.Log.Problems);
    }

    [Fact]
    public void UsedWithoutBeingAddedNamesTheCall()
    {
        using var app = WebApplication.CreateBuilder().Build();

        var error = Assert.Throws<InvalidOperationException>(() => app.UseCrashShield());

        Assert.Contains("builder.AddCrashShield()", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AddedWithoutBeingUsedWarns()
    {
        await using var app = await ShieldedApp.StartAsync(_ => { });

        Assert.Equal(2000, Assert.Single(app.Log.Problems).EventId.Id);
    }

    private sealed record Order(string Item);

    private sealed class Unbindable
    {
        public static ValueTask<Unbindable?> BindAsync(HttpContext context) => throw new FormatException();
    }
}
