using System.Collections.Concurrent;
using System.Diagnostics;
using CrashShield.Hosting.Failures;
using OpenTelemetry;
using OpenTelemetry.Trace;

namespace CrashShield.Middleware.Tests.Exceptions;

[Collection(nameof(SpanTests))]
public class TraceTests
{
    private const string CallersTraceId = "0af7651916cd43dd8448eb211c80319c";
    private const string TraceParent = $"00-{CallersTraceId}-b7ad6b7169203331-01";

    [Theory]
    [InlineData(TraceParent, CallersTraceId)]
    [InlineData("00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01", null)]
    [InlineData("nonsense", null)]
    [InlineData("", null)]
    public async Task TraceIdIsTheCallersWhenWellFormed(string traceParent, string? expected)
    {
        var captured = new List<CapturedFailure>();
        await using var app = await ShieldedApp.StartAsync(
            string () => throw new InvalidOperationException(),
            shield => shield.Exceptions.OnCaptured((failure, _) => { captured.Add(failure); return default; }));
        using var request = new HttpRequestMessage(HttpMethod.Get, "/fail");
        request.Headers.TryAddWithoutValidation("traceparent", traceParent);

        using var response = await app.Http1.SendAsync(request, TestContext.Current.CancellationToken);

        var traceId = (await response.ReadProblemAsync()).Text("traceId");
        Assert.Matches("^[0-9a-f]{32}$", traceId);
        if (expected is null)
            Assert.NotEqual(CallersTraceId, traceId);
        else
            Assert.Equal(expected, traceId);
        Assert.Contains(traceId!, Assert.Single(await app.Log.WaitForAsync(1000)).Text, StringComparison.Ordinal);
        await app.DisposeAsync();
        Assert.Equal(traceId, Assert.Single(captured).TraceId);
    }

    [Fact]
    public async Task MakesNoActivityWhenNobodyListens()
    {
        Activity? seen = null;
        await using var app = await ShieldedApp.StartAsync(
            string () => { seen = Activity.Current; throw new InvalidOperationException(); },
            build: builder => builder.Logging.ClearProviders());
        using var request = new HttpRequestMessage(HttpMethod.Get, "/fail") { Headers = { { "traceparent", TraceParent } } };

        using var response = await app.Http1.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Null(seen);
        Assert.Equal(CallersTraceId, (await response.ReadProblemAsync()).Text("traceId"));
        Assert.Equal($"00-{CallersTraceId}--00", Assert.Single(response.Headers.GetValues("traceresponse")));
    }

    /// <summary>OpenTelemetry's conventions for HTTP: what the client got wrong is no error of the server's span.</summary>
    [Fact]
    public async Task ClientsMistakeLeavesTheStatusUnset()
    {
        var spans = await SpansOfAsync((Func<string>)(() => throw new BadHttpRequestException("no", StatusCodes.Status404NotFound)));
        var span = Assert.Single(spans);
        Assert.Equal(ActivityStatusCode.Unset, span.Status);
        Assert.Equal("Microsoft.AspNetCore.Http.BadHttpRequestException", span.GetTagItem("error.type"));
        Assert.Single(span.Events);
    }

    /// <summary>OpenTelemetry's instrumentation makes an event of what reaches the host.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task ExceptionIsOneEventAfterTheResponseHasBegun(bool recordException)
    {
        var spans = await SpansOfAsync(
            async (HttpResponse response) =>
            {
                await response.WriteAsync("half");
                await response.Body.FlushAsync();
                throw new InvalidOperationException();
            },
            recordException);
        Assert.Equal("exception", Assert.Single(Assert.Single(spans).Events).Name);
    }

    private static async Task<Activity[]> SpansOfAsync(Delegate endpoint, bool recordException = false)
    {
        // The process's other tests have spans, too.
        var path = $"/{Guid.NewGuid()}";
        var spans = new ConcurrentQueue<Activity>();
        await using var app = await ShieldedApp.StartAsync(
            app =>
            {
                app.UseCrashShield();
                app.MapGet(path, endpoint);
            },
            build: builder => builder.Services.AddOpenTelemetry().WithTracing(tracing => tracing
                .AddAspNetCoreInstrumentation(options => options.RecordException = recordException)
                .AddProcessor(new EndedSpans(path, spans))));
        try
        {
            using var response = await app.Http1.GetAsync(path, TestContext.Current.CancellationToken);
        }
        catch (HttpRequestException)
        {
            // The answer was cut.
        }

        await app.Log.UntilAsync(() => !spans.IsEmpty);
        return [.. spans];
    }

    private sealed class EndedSpans(string path, ConcurrentQueue<Activity> spans) : BaseProcessor<Activity>
    {
        public override void OnEnd(Activity data)
        {
            if (path.Equals(data.GetTagItem("url.path")))
                spans.Enqueue(data);
        }
    }

    [Fact]
    public async Task WritesTheSpan()
    {
        var stopped = new TaskCompletionSource<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "Microsoft.AspNetCore",
            Sample = static (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = activity =>
            {
                if (activity.TraceId.ToHexString() == CallersTraceId)
                    stopped.TrySetResult(activity);
            },
        };
        ActivitySource.AddActivityListener(listener);
        await using var app = await ShieldedApp.StartAsync(string () => throw new InvalidOperationException("the message"));
        using var request = new HttpRequestMessage(HttpMethod.Get, "/fail") { Headers = { { "traceparent", TraceParent } } };

        using var response = await app.Http1.SendAsync(request, TestContext.Current.CancellationToken);

        var problem = await response.ReadProblemAsync();
        var span = await stopped.Task.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
        Assert.Equal(CallersTraceId, problem.Text("traceId"));
        Assert.Equal(ActivityStatusCode.Error, span.Status);
        Assert.Equal("System.InvalidOperationException", span.GetTagItem("error.type"));
        Assert.Equal(problem.Text("errorId"), span.GetTagItem("crashshield.error_id"));
        var exception = Assert.Single(span.Events);
        Assert.Equal("exception", exception.Name);
        var tags = exception.Tags.ToDictionary();
        Assert.Equal("System.InvalidOperationException", tags["exception.type"]);
        Assert.Equal("the message", tags["exception.message"]);
        Assert.Contains(nameof(TraceTests), tags["exception.stacktrace"]!.ToString(), StringComparison.Ordinal);
        Assert.Equal($"00-{CallersTraceId}-{span.SpanId}-01", Assert.Single(response.Headers.GetValues("traceresponse")));
    }
}
