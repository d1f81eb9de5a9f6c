using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Configs;

namespace CrashShield.Benchmarks.Capture;

/// <summary>What the shield adds to a request that does not fail.</summary>
[MemoryDiagnoser]
[CategoriesColumn]
[GroupBenchmarksBy(BenchmarkLogicalGroupRule.ByCategory)]
public class HappyPath
{
    private readonly RequestDelegate _bareSync = Pipelines.Bare(Sync);
    private readonly RequestDelegate _shieldSync = Pipelines.Shield(Sync);
    private readonly RequestDelegate _bareAsync = Pipelines.Bare(Async);
    private readonly RequestDelegate _shieldAsync = Pipelines.Shield(Async);
    private readonly HttpContext _context = new ReusedContext().Reset();

    [BenchmarkCategory("sync")]
    [Benchmark(Baseline = true)]
    public Task BareSync() => _bareSync(_context);

    [BenchmarkCategory("sync")]
    [Benchmark]
    public Task ShieldSync() => _shieldSync(_context);

    [BenchmarkCategory("async")]
    [Benchmark(Baseline = true)]
    public Task BareAsync() => _bareAsync(_context);

    [BenchmarkCategory("async")]
    [Benchmark]
    public Task ShieldAsync() => _shieldAsync(_context);

    private static Task Sync(HttpContext context) => Task.CompletedTask;

    private static async Task Async(HttpContext context) => await Task.Yield();
}
