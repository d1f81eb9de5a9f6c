using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Configs;
using CrashShield.Hosting.Supervision;

namespace CrashShield.Benchmarks.Supervision;

/// <summary>
/// What a supervised child costs from its start to its end, beside <c>Task.Run</c>. Started in batches that are waited for together, so that
/// the work is compared and not how soon a lone waiter is woken; figures are for one child.
/// </summary>
[MemoryDiagnoser]
[CategoriesColumn]
[GroupBenchmarksBy(BenchmarkLogicalGroupRule.ByCategory)]
public class ChildCost
{
    private const int Batch = 100;

    private readonly ServiceProvider _services = new ServiceCollection()
        .AddLogging().AddCrashShield(new ConfigurationBuilder().Build()).BuildServiceProvider();

    private readonly Task[] _tasks = new Task[Batch];
    private ITaskSupervisor _supervisor = null!;

    [GlobalSetup]
    public async Task SetUp()
    {
        _supervisor = _services.GetRequiredService<ITaskSupervisor>();
        var ran = 0;
        await SuperviseAsync(_ =>
        {
            Interlocked.Increment(ref ran);
            return Task.CompletedTask;
        });
        if (ran != Batch)
            throw new InvalidOperationException($"{ran} of {Batch} children ran: this measures something else.");
    }

    [GlobalCleanup]
    public void CleanUp() => _services.Dispose();

    [BenchmarkCategory("completes at once")]
    [Benchmark(Baseline = true, OperationsPerInvoke = Batch)]
    public Task TaskRun() => RunAsync(static () => Task.CompletedTask);

    [BenchmarkCategory("completes at once")]
    [Benchmark(OperationsPerInvoke = Batch)]
    public Task Child() => SuperviseAsync(static _ => Task.CompletedTask);

    [BenchmarkCategory("yields")]
    [Benchmark(Baseline = true, OperationsPerInvoke = Batch)]
    public Task TaskRunYields() => RunAsync(static async () => await Task.Yield());

    [BenchmarkCategory("yields")]
    [Benchmark(OperationsPerInvoke = Batch)]
    public Task ChildYields() => SuperviseAsync(static async _ => await Task.Yield());

    private Task RunAsync(Func<Task> work)
    {
        for (var i = 0; i < Batch; i++)
            _tasks[i] = Task.Run(work);
        return Task.WhenAll(_tasks);
    }

    private async Task SuperviseAsync(Func<CancellationToken, Task> work)
    {
        await using var scope = _supervisor.OpenScope("benchmark");
        for (var i = 0; i < Batch; i++)
            scope.Start("child", work);
        await scope.WaitAsync();
    }
}
