using System.Runtime.CompilerServices;
using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Configs;
using CrashShield.Hosting.Cleanup;

namespace CrashShield.Benchmarks.Capture;

/// <summary>
/// What it costs to be ready for a failure, and to have one: nothing fails; thrown and caught in one function; thrown three calls further in.
/// Once with a bare try/catch, once with a scope that has one deferred clean-up inside the try, as Go's defer and recover.
/// </summary>
[MemoryDiagnoser]
[CategoriesColumn]
[GroupBenchmarksBy(BenchmarkLogicalGroupRule.ByCategory)]
public class CaptureCost
{
    private int _caught;
    private int _cleaned;

    [BenchmarkCategory("no failure")]
    [Benchmark(Baseline = true)]
    public int TryCatch() => Try(throws: false);

    [BenchmarkCategory("no failure")]
    [Benchmark]
    public int Scope() => TryInScope(throws: false);

    [BenchmarkCategory("same function")]
    [Benchmark(Baseline = true)]
    public int TryCatchThrown() => Try(throws: true);

    [BenchmarkCategory("same function")]
    [Benchmark]
    public int ScopeThrown() => TryInScope(throws: true);

    [BenchmarkCategory("three calls")]
    [Benchmark(Baseline = true)]
    public int TryCatchThreeCalls()
    {
        try
        {
            First();
        }
        catch (InvalidOperationException)
        {
            _caught++;
        }

        return _caught;
    }

    [BenchmarkCategory("three calls")]
    [Benchmark]
    public int ScopeThreeCalls()
    {
        try
        {
            using var scope = new DeferScope();
            scope.Defer(this, static self => self._cleaned++);
            First();
        }
        catch (InvalidOperationException)
        {
            _caught++;
        }

        return _caught;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private int Try(bool throws)
    {
        try
        {
            if (throws)
                throw new InvalidOperationException("It failed.");
        }
        catch (InvalidOperationException)
        {
            _caught++;
        }

        return _caught;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private int TryInScope(bool throws)
    {
        try
        {
            using var scope = new DeferScope();
            scope.Defer(this, static self => self._cleaned++);
            if (throws)
                throw new InvalidOperationException("It failed.");
        }
        catch (InvalidOperationException)
        {
            _caught++;
        }

        return _caught;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void First() => Second();

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Second() => Third();

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Third() => throw new InvalidOperationException("It failed.");
}
