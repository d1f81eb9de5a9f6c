using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Configs;
using CrashShield.Middleware.Metrics;

namespace CrashShield.Benchmarks.Capture;

/// <summary>
/// What a failing request costs from the throw to the written answer. All sides have the same context, reused as Kestrel reuses it,
/// and where spans are on, all have them on; both full answers are counted into Prometheus.
/// </summary>
[MemoryDiagnoser]
[CategoriesColumn]
[GroupBenchmarksBy(BenchmarkLogicalGroupRule.ByCategory)]
public class ErrorPath
{
    // The shortest problem details that either side writes.
    private const int MinBytes = 100;

    private RequestDelegate _tryCatch = null!;
    private RequestDelegate _exceptionHandler = null!;
    private RequestDelegate _shield = null!;
    private readonly ReusedContext _context = new();
    private System.Diagnostics.ActivityListener? _tracing;

    [Params(false, true)]
    public bool Tracing { get; set; }

    /// <summary>Whether the handler fails in a task, as one that has awaited something does.</summary>
    [Params(false, true)]
    public bool Async { get; set; }

    [GlobalSetup]
    public void SetUp()
    {
        PrometheusBridge.Show(["CrashShield", "Microsoft.AspNetCore.Diagnostics"]);
        RequestDelegate fail = Async ? FailAsync : Fail;
        _tryCatch = Pipelines.TryCatch(fail);
        _exceptionHandler = Pipelines.ExceptionHandler(fail);
        _shield = Pipelines.Shield(fail);
        _tracing = Tracing ? Pipelines.Trace() : null;
    }

    [GlobalCleanup]
    public void CleanUp() => _tracing?.Dispose();

    [Benchmark]
    public Task TryCatch() => RunAsync(_tryCatch, minBytes: 0);

    [Benchmark(Baseline = true)]
    public Task ExceptionHandlerAndProblemDetails() => RunAsync(_exceptionHandler, MinBytes);

    [Benchmark]
    public Task Shield() => RunAsync(_shield, MinBytes);

    private static Task Fail(HttpContext context) => throw new InvalidOperationException("The order is not there.");

    // Completed, so that no switch of threads is measured with it.
    private static async Task FailAsync(HttpContext context)
    {
        await Task.CompletedTask;
        throw new InvalidOperationException("The order is not there.");
    }

    private async Task RunAsync(RequestDelegate pipeline, int minBytes)
    {
        var context = _context.Reset();
        using var activity = Pipelines.StartActivity(context);
        await pipeline(context);
        if (context.Response.StatusCode != StatusCodes.Status500InternalServerError || _context.BytesWritten < minBytes)
            throw new InvalidOperationException($"{context.Response.StatusCode}, {_context.BytesWritten} bytes: this measures something else.");
    }
}
