using System.Globalization;
using BenchmarkDotNet.Attributes;
using CrashShield.Hosting.Cleanup;

namespace CrashShield.Benchmarks.Cleanup;

/// <summary>A chain of many steps that do nothing: built, sorted and run.</summary>
[MemoryDiagnoser]
public class ChainOfSteps
{
    private const int Steps = 1_000;

    private readonly string[] _names = [.. Enumerable.Range(0, Steps).Select(step => step.ToString(CultureInfo.InvariantCulture))];

    /// <summary>Each depends on the one before.</summary>
    [Benchmark]
    public async Task<int> Linear()
    {
        var chain = new CleanupChain();
        var last = chain.Add(_names[0], static _ => default);
        for (var step = 1; step < Steps; step++)
            last = chain.Add(_names[step], static _ => default, last);
        return await RunAsync(chain);
    }

    /// <summary>None depends on any.</summary>
    [Benchmark]
    public async Task<int> Independent()
    {
        var chain = new CleanupChain();
        foreach (var name in _names)
            chain.Add(name, static _ => default);
        return await RunAsync(chain);
    }

    private static async Task<int> RunAsync(CleanupChain chain)
    {
        var report = await chain.RunAsync();
        return report.Succeeded ? report.Steps.Count : throw new InvalidOperationException("A step failed: this measures something else.");
    }
}
