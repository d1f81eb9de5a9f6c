using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using CrashShield.Hosting.Cleanup;
using CrashShield.Hosting.Failures;
using Grpc.Core;

namespace CrashShield.Middleware.Tests.Grpc;

/// <summary>A failed call is captured as any other failed request, though Grpc.AspNetCore answers it.</summary>
[Collection(nameof(SpanTests))]
public class CapturedCallTests
{
    private const int Many = 3_000;

    private static readonly StatusCode[] Failures = [.. Enum.GetValues<StatusCode>().Where(status => status != StatusCode.OK)];

    [Theory]
    [InlineData(CallKind.Unary)]
    [InlineData(CallKind.ClientStreaming)]
    [InlineData(CallKind.ServerStreaming)]
    [InlineData(CallKind.Duplex)]
    public async Task EachStatusOfAnRpcExceptionIsKeptCountedLoggedAndTraced(CallKind kind)
    {
        using var spans = new SpanCollector();
        await using var app = await CallApp.StartAsync(context => throw new RpcException(
            new Status(Enum.Parse<StatusCode>(context.RequestHeaders.GetValue("status")!), "of the service's own"), new Metadata { { "looked-in", "book" } }));
        foreach (var status in Failures)
        {
            var error = await app.FailAsync(kind, headers: new() { { "status", status.ToString() } });

            Assert.Equal((status, "of the service's own"), (error.StatusCode, error.Status.Detail));
            Assert.Equal("book", error.Trailers.GetValue("looked-in"));
            var errorId = error.Trailers.GetValue("errorid")!;
            var span = await spans.WaitForAsync(errorId);
            Assert.Equal(span.TraceId.ToHexString(), error.Trailers.GetValue("traceid"));
            Assert.Equal(typeof(RpcException).FullName, span.GetTagItem("error.type"));
            Assert.Equal("exception", Assert.Single(span.Events).Name);
            var entry = Assert.Single(app.App.Log.All, entry => entry.EventId.Name == "RequestFailed" && errorId.Equals(entry.Values["ErrorId"]));
            Assert.Equal($"/{CallServiceBase.Name}/{kind}", entry.Values["Path"]);
            var isOurs = (int)entry.Values["StatusCode"]! >= 500;
            Assert.Equal((isOurs ? LogLevel.Error : LogLevel.Information, isOurs), (entry.Level, entry.Exception is not null));
            Assert.Equal(isOurs ? ActivityStatusCode.Error : ActivityStatusCode.Unset, span.Status);
        }

        Assert.Equal(Failures.Length, app.App.Counts.Total);
        Assert.Equal(new(typeof(RpcException).FullName, $"/{CallServiceBase.Name}/{kind}", "handled"), Assert.Single(app.App.Counts.All).Key);
        Assert.Empty(app.GrpcEntries(LogLevel.Warning));
    }

    [Theory]
    [InlineData(CallKind.Unary)]
    [InlineData(CallKind.ClientStreaming)]
    [InlineData(CallKind.ServerStreaming)]
    [InlineData(CallKind.Duplex)]
    public async Task AnyOtherExceptionHasTheStatusOfItsMapping(CallKind kind)
    {
        await using var app = await CallApp.StartAsync(
            async context =>
            {
                await Task.Yield();
                throw context.RequestHeaders.GetValue("throw") switch
                {
                    "mapped" => new KeyNotFoundException("a secret"),
                    "busy" => new TimeoutException("a secret"),
                    _ => new InvalidOperationException("a secret"),
                };
            },
            shield => shield.Exceptions.Map<KeyNotFoundException>(404).Map<TimeoutException>(503));

        foreach (var (thrown, status) in new[] { ("", StatusCode.Internal), ("mapped", StatusCode.NotFound), ("busy", StatusCode.Unavailable) })
        {
            var error = await app.FailAsync(kind, headers: new() { { "throw", thrown } });

            Assert.Equal(status, error.StatusCode);
            Assert.Contains($"errorId {error.Trailers.GetValue("errorid")}; traceId {error.Trailers.GetValue("traceid")}", error.Status.Detail, StringComparison.Ordinal);
            Assert.DoesNotContain("secret", error.ToString(), StringComparison.Ordinal);
            Assert.Single(await app.App.Log.WaitForAsync(1000), entry => Equals(entry.Values["ErrorId"], error.Trailers.GetValue("errorid")));
        }

        Assert.Equal(3, app.App.Counts.Total);
        Assert.Empty(app.GrpcEntries(LogLevel.Warning));
    }

    /// <summary>Half of them at once, each kind in turn.</summary>
    [Fact]
    public async Task EachOfThreeThousandIsCountedOnce()
    {
        await using var app = await CallApp.StartAsync(_ => throw new InvalidOperationException());
        var errorIds = new ConcurrentDictionary<string, byte>();

        await Parallel.ForAsync(0, Many, new ParallelOptions { MaxDegreeOfParallelism = 64 }, async (i, cancelled) =>
            errorIds[(await app.FailAsync((CallKind)(i % 4), cancelled: cancelled)).Trailers.GetValue("errorid")!] = 0);

        Assert.Equal(Many, errorIds.Count);
        Assert.Equal(Many, app.App.Counts.Total);
        Assert.All(app.App.Counts.All, count => Assert.Equal("handled", count.Key.Outcome));
        Assert.Equal(Many, app.App.Log.All.Count(entry => entry.EventId.Name == "RequestFailed"));
        Assert.Empty(app.GrpcEntries(LogLevel.Warning));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task AddGrpcMayComeBeforeOrAfter(bool isBefore)
    {
        Action<WebApplicationBuilder> add = builder => builder.Services.AddSingleton(new CallBehaviour(_ => throw new InvalidOperationException())).AddGrpc();
        await using var app = await CallApp.StartAsync(isBefore ? null : add, before: isBefore ? add : null);

        Assert.Equal(StatusCode.Internal, (await app.FailAsync(CallKind.Unary)).StatusCode);
        Assert.Equal(1, app.App.Counts.Total);
    }

    [Fact]
    public async Task HooksAreToldOnceTheClientHasItsAnswer()
    {
        var answered = new TaskCompletionSource();
        var told = new TaskCompletionSource<CapturedFailure>();
        await using var app = await CallApp.StartAsync(
            _ => throw new InvalidOperationException(),
            shield => shield.Exceptions.OnCaptured(async (failure, cancelled) =>
            {
                await answered.Task.WaitAsync(cancelled);
                told.SetResult(failure);
            }));

        var error = await app.FailAsync(CallKind.Unary);
        answered.SetResult();

        var failure = await told.Task.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
        Assert.Equal((error.Trailers.GetValue("errorid"), error.Trailers.GetValue("traceid")), (failure.ErrorId, failure.TraceId));
        Assert.Equal((FailureOrigin.Request, 500, "/tests.Calls/Unary"), (failure.Origin, failure.StatusCode, failure.Route));
    }

    [Fact]
    public async Task CleansUpBeforeTheClientHasItsAnswer()
    {
        var isClean = false;
        await using var app = await CallApp.StartAsync(async _ =>
        {
            await DeferScope.RunAsync(scope =>
            {
                scope.Defer(() => isClean = true);
                throw new InvalidOperationException("of the body");
            });
            return [];
        });

        await app.FailAsync(CallKind.Unary);

        Assert.True(isClean);
        Assert.Contains("of the body", Assert.Single(await app.App.Log.WaitForAsync(1000)).Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(CallKind.Unary)]
    [InlineData(CallKind.Duplex)]
    public async Task ClientThatCancelsIsNoError(CallKind kind)
    {
        var begun = new TaskCompletionSource();
        using var leave = new CancellationTokenSource();
        await using var app = await CallApp.StartAsync(async context =>
        {
            begun.TrySetResult();
            await Task.Delay(Timeout.Infinite, context.CancellationToken);
            return [];
        });

        var call = app.FailAsync(kind, cancelled: leave.Token);
        await begun.Task.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
        await leave.CancelAsync();

        Assert.Equal(StatusCode.Cancelled, (await call).StatusCode);
        await app.App.Log.WaitForAsync(1001);
        Assert.Equal("aborted", Assert.Single(app.App.Counts.All).Key.Outcome);
        Assert.DoesNotContain(app.App.Log.All, entry => entry.EventId.Name == "RequestFailed");
        Assert.Empty(app.GrpcEntries(LogLevel.Warning));
    }

    [Fact]
    public async Task DeadlineThatPassesIsAFailureThatIsNotTheServers()
    {
        await using var app = await CallApp.StartAsync(async context =>
        {
            await Task.Delay(Timeout.Infinite, context.CancellationToken);
            return [];
        });

        // A client of Grpc.Net counts it down too, and may be the first to end the call.
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/{CallServiceBase.Name}/{CallKind.Unary}") { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        request.Content = new ByteArrayContent([0, 0, 0, 0, 1, 42]) { Headers = { ContentType = new("application/grpc") } };
        request.Headers.Add("grpc-timeout", "200m");
        using var response = await app.App.Http2.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal("4", Assert.Single(response.Headers.Concat(response.TrailingHeaders), header => header.Key == "grpc-status").Value.Single());
        var entry = Assert.Single(await app.App.Log.WaitForAsync(1000));
        Assert.Equal((LogLevel.Information, 504), (entry.Level, entry.Values["StatusCode"]));
        Assert.Equal("handled", Assert.Single(app.App.Counts.All).Key.Outcome);
        Assert.Empty(app.GrpcEntries(LogLevel.Warning));
    }

    [Fact]
    public async Task TimeoutOfRequestTimeoutsIsOneOfTheCallToo()
    {
        await using var app = await CallApp.StartAsync(
            builder =>
            {
                builder.Services.AddSingleton(new CallBehaviour(async context =>
                {
                    await Task.Delay(Timeout.Infinite, context.CancellationToken);
                    return [];
                })).AddGrpc();
                builder.Services.AddRequestTimeouts(timeouts => timeouts.DefaultPolicy = new() { Timeout = TimeSpan.FromMilliseconds(100) });
            },
            configure: app =>
            {
                app.UseRequestTimeouts();
                app.UseCrashShield();
            });

        Assert.Equal(StatusCode.DeadlineExceeded, (await app.FailAsync(CallKind.Unary)).StatusCode);
        var entry = Assert.Single(await app.App.Log.WaitForAsync(1000));
        Assert.Equal((LogLevel.Information, 504), (entry.Level, entry.Values["StatusCode"]));
    }

    /// <summary>No interceptor sees them: they are logged by Grpc.AspNetCore.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task MessageThatCannotBeReadOrWrittenIsCounted(bool isRequest)
    {
        byte[] broken = isRequest ? [0xFF] : [0xFE];
        await using var app = await CallApp.StartAsync(_ => Task.FromResult(broken));

        var error = await app.FailAsync(CallKind.Unary, isRequest ? broken : [1]);

        Assert.Equal(StatusCode.Unknown, error.StatusCode);
        await app.App.Counts.WaitForAsync(new(typeof(InvalidDataException).FullName, "/tests.Calls/Unary", "handled"), 1);
        Assert.DoesNotContain(app.App.Log.All, entry => entry.EventId.Name == "RequestFailed");
        Assert.Single(app.GrpcEntries(LogLevel.Error), entry => entry.EventId.Name == "ErrorExecutingServiceMethod");
    }

    [Fact]
    public async Task NothingIsCapturedWhereTheShieldIsNotUsed()
    {
        await using var app = await CallApp.StartAsync(_ => throw new InvalidOperationException(), configure: static _ => { });

        Assert.Equal(StatusCode.Unknown, (await app.FailAsync(CallKind.Unary)).StatusCode);
        Assert.Equal(0, app.App.Counts.Total);
    }

    [Fact]
    public async Task CallThatSucceedsIsLeftAlone()
    {
        await using var app = await CallApp.StartAsync(_ => Task.FromResult<byte[]>([7]));
        foreach (var kind in Enum.GetValues<CallKind>())
            Assert.NotEmpty(await app.CallAsync(kind));
        Assert.Equal(0, app.App.Counts.Total);
    }

    [Fact]
    public async Task HttpStatusesAreThoseOfGoogleRpcCode()
    {
        await using var app = await CallApp.StartAsync(context => throw new RpcException(
            new Status((StatusCode)int.Parse(context.RequestHeaders.GetValue("status")!, CultureInfo.InvariantCulture), "")));
        int[] expected = [499, 500, 400, 504, 404, 409, 403, 429, 400, 409, 400, 501, 500, 503, 500, 401];
        foreach (var status in Failures)
            await app.FailAsync(CallKind.Unary, headers: new() { { "status", ((int)status).ToString(CultureInfo.InvariantCulture) } });

        Assert.Equal(expected, (await app.App.Log.WaitForAsync(1000, expected.Length)).Select(entry => (int)entry.Values["StatusCode"]!));
    }
}
