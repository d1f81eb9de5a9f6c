using System.Diagnostics;
using CrashShield.Benchmarks.Capture;
using CrashShield.Middleware.Metrics;
using CrashShield.Servers;
using Microsoft.AspNetCore.Http.Features;
using OpenTelemetry;
using OpenTelemetry.Trace;

namespace CrashShield.Benchmarks.ErrorPath;

/// <summary>
/// One way to answer failures, with what its users would have beside it. Each runs in a process of its own: what one listens to (meters,
/// spans) must not be paid for by the others.
/// </summary>
/// <param name="Name">Its name.</param>
/// <param name="MinBytes">The shortest answer that it writes.</param>
/// <param name="Build">Builds its pipeline around a handler.</param>
/// <param name="WritesSpan">Whether the failure is in its span.</param>
internal sealed record ErrorPathSide(string Name, int MinBytes, Func<RequestDelegate, RequestDelegate> Build, bool WritesSpan = false)
{
    private const string Source = "CrashShield.Benchmarks";
    private const int MinProblemBytes = 100;

    private static readonly ActivitySource Spans = new(Source);

    public static IReadOnlyList<ErrorPathSide> All { get; } =
    [
        new("shield", MinProblemBytes, handler => Pipelines.Shield(handler, static (meters, shield) => PrometheusBridge.Show(meters, shield)), WritesSpan: true),
        // The same work with what there is: the failure in /metrics through prometheus-net, and in the span as .NET records it.
        new("exception-handler", MinProblemBytes, handler => Measured(Pipelines.ExceptionHandler<SpanRecorder>(handler)), WritesSpan: true),
        // Neither metrics nor the failure in the span.
        new("exception-handler-bare", MinProblemBytes, Pipelines.ExceptionHandler),
        new("try-catch", 0, Pipelines.TryCatch),
    ];

    /// <summary>Makes what runs one failing request.</summary>
    /// <param name="tracing">Whether spans are on.</param>
    /// <param name="isAsync">Whether the handler fails in a task, as one that has awaited something does.</param>
    public Func<Task> Prepare(bool tracing, bool isAsync)
    {
        var pipeline = Build(isAsync ? FailAsync : Fail);
        var context = new ReusedContext();
        if (tracing)
            Trace();
        return () => RunAsync(pipeline, context);
    }

    private static RequestDelegate Measured(RequestDelegate pipeline)
    {
        // prometheus-net's adapter starts with the registry's first collection, as by the first scrape.
        using var scrape = new MemoryStream();
        Prometheus.Metrics.DefaultRegistry.CollectAndExportAsTextAsync(scrape).GetAwaiter().GetResult();
        return pipeline;
    }

    // Kept for the life of the process. Without an exporter: reading a span is the exporter's work, on a thread of its own.
    private static void Trace() => _ = Sdk.CreateTracerProviderBuilder().AddSource(Source).SetSampler(new AlwaysOnSampler()).Build();

    private static Task Fail(HttpContext context) => throw new InvalidOperationException("The order is not there.");

    // Completed, so that no switch of threads is measured with it.
    private static async Task FailAsync(HttpContext context)
    {
        await Task.CompletedTask;
        throw new InvalidOperationException("The order is not there.");
    }

    private async Task RunAsync(RequestDelegate pipeline, ReusedContext request)
    {
        var context = request.Reset();
        using var activity = Spans.StartActivity("GET /orders/{id}", ActivityKind.Server);
        if (activity is not null)
            context.Features.Set<IHttpActivityFeature>(new ActivityFeature { Activity = activity });
        await pipeline(context);
        if (context.Response.StatusCode != StatusCodes.Status500InternalServerError || request.BytesWritten < MinBytes)
            throw new InvalidOperationException($"{Name}: {context.Response.StatusCode}, {request.BytesWritten} bytes: this measures something else.");
        if (activity is not null && WritesSpan && !activity.Events.Any())
            throw new InvalidOperationException($"{Name}: the span does not have the failure: this measures something else.");
    }

    private sealed class ActivityFeature : IHttpActivityFeature
    {
        public required Activity Activity { get; set; }
    }
}
