using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Configs;
using CrashShield.Hosting.Leaks;

namespace CrashShield.Benchmarks.Leaks;

/// <summary>What it costs to watch a task from its creation to its end, and what the runtime's event costs an async method that is suspended once.</summary>
[MemoryDiagnoser]
[CategoriesColumn]
[GroupBenchmarksBy(BenchmarkLogicalGroupRule.ByCategory)]
public class WatchCost
{
    private AbandonedMethods? _methods;
    private TaskCompletionSource _source = null!;

    [GlobalSetup]
    public void SetUp() => LeakRegistry.Process.Attach();

    [GlobalCleanup]
    public void CleanUp() => LeakRegistry.Process.Detach();

    [GlobalSetup(Target = nameof(MethodWithEvent))]
    public void SwitchOn() => _methods = new(LeakRegistry.Process);

    [GlobalCleanup(Target = nameof(MethodWithEvent))]
    public void SwitchOff() => _methods?.Dispose();

    [BenchmarkCategory("task")]
    [Benchmark(Baseline = true)]
    public Task Bare()
    {
        var source = new TaskCompletionSource();
        source.SetResult();
        return source.Task;
    }

    [BenchmarkCategory("task")]
    [Benchmark]
    public Task Watched()
    {
        var source = new TaskCompletionSource();
        Shield.Watch(source.Task, "benchmark");
        source.SetResult();
        return source.Task;
    }

    [BenchmarkCategory("method")]
    [Benchmark(Baseline = true)]
    public Task Method() => SuspendOnce();

    [BenchmarkCategory("method")]
    [Benchmark]
    public Task MethodWithEvent() => SuspendOnce();

    private Task SuspendOnce()
    {
        _source = new();
        var waiting = WaitAsync(_source.Task);
        _source.SetResult();
        return waiting;
    }

    private static async Task WaitAsync(Task task) => await task;
}
