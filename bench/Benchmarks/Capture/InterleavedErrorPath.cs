using System.Diagnostics;
using System.Text.Json;

namespace CrashShield.Benchmarks.Capture;

/// <summary>
/// <see cref="ErrorPath"/> in alternating batches. BenchmarkDotNet runs one side after the other, minutes apart; on a machine with other
/// work the two then meet different machines. Here the sides of a pair are milliseconds apart, who goes first alternates, and the ratio is the
/// median of the pairs'.
/// </summary>
internal static class InterleavedErrorPath
{
    private const int Batch = 500;
    private const int WarmupPairs = 100;
    private const int Pairs = 1_000;

    /// <summary>Prints the median of time over <c>UseExceptionHandler</c>'s, with spans off and on, from sync and async handlers, as JSON.</summary>
    public static async Task RunAsync()
    {
        var results = new List<object>();
        foreach (var (tracing, isAsync) in new[] { (false, false), (false, true), (true, false), (true, true) })
        {
            var path = new ErrorPath { Tracing = tracing, Async = isAsync };
            path.SetUp();
            results.Add(new { tracing, isAsync, pairs = Pairs, ratio = await RatioAsync(path.Shield, path.ExceptionHandlerAndProblemDetails) });
            path.CleanUp();
        }

        Console.WriteLine(JsonSerializer.Serialize(results, JsonSerializerOptions.Web));
    }

    private static async Task<double> RatioAsync(Func<Task> side, Func<Task> other)
    {
        var ratios = new List<double>(Pairs);
        for (var pair = -WarmupPairs; pair < Pairs; pair++)
        {
            var isFirst = pair % 2 == 0;
            var first = await TimeAsync(isFirst ? side : other);
            var second = await TimeAsync(isFirst ? other : side);
            if (pair >= 0)
                ratios.Add(isFirst ? first / second : second / first);
        }

        ratios.Sort();
        return ratios[Pairs / 2];
    }

    private static async Task<double> TimeAsync(Func<Task> operation)
    {
        var started = Stopwatch.GetTimestamp();
        for (var i = 0; i < Batch; i++)
            await operation();
        return Stopwatch.GetElapsedTime(started).TotalNanoseconds;
    }
}
