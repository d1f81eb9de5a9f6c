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
    private readonly ReusedContext _request = new();

    [BenchmarkCategory("sync")]
    [Benchmark(Baseline = true)]
    public Task BareSync() => _bareSync(_request.Next());

    [BenchmarkCategory("sync")]
    [Benchmark]
    public Task ShieldSync() => _shieldSync(_request.Next());

    [BenchmarkCategory("async")]
    [Benchmark(Baseline = true)]
    public Task BareAsync() => _bareAsync(_request.Next());

    [BenchmarkCategory("async")]
    [Benchmark]
    public Task ShieldAsync() => _shieldAsync(_request.Next());

    private static Task Sync(HttpContext context) => Task.CompletedTask;

    private static async Task Async(HttpContext context) => await Task.Yield();
}
