using System.Text.Json;

namespace CrashShield.Benchmarks.ErrorPath;

/// <summary>
/// What a failing request costs from the throw to the written answer. All sides have the same request, reused as Kestrel reuses it. BenchmarkDotNet would
/// run one side after the other, minutes apart; on a machine with other work they then meet different machines. Here the sides run short
/// batches in turn, milliseconds apart, who goes first changes, and a ratio is the median over the rounds'.
/// </summary>
internal static class InterleavedErrorPath
{
    private const int WarmupRounds = 200;
    private const int Rounds = 1_000;

    /// <summary>Prints, with spans off and on, for sync and async handlers, each side's medians and our time over each one's, as JSON.</summary>
    public static void Run()
    {
        var results = new List<object>();
        foreach (var (tracing, isAsync) in new[] { (false, false), (false, true), (true, false), (true, true) })
            results.Add(Compare(tracing, isAsync));
        Console.WriteLine(JsonSerializer.Serialize(results, JsonSerializerOptions.Web));
    }

    private static object Compare(bool tracing, bool isAsync)
    {
        SideProcess[] sides = [.. ErrorPathSide.All.Select(side => SideProcess.Start(side.Name, tracing, isAsync))];
        var seen = sides.Select(_ => new List<(double Nanoseconds, double Bytes)>(Rounds)).ToArray();
        for (var round = -WarmupRounds; round < Rounds; round++)
        {
            for (var i = 0; i < sides.Length; i++)
            {
                var side = (Math.Abs(round) + i) % sides.Length;
                var batch = sides[side].RunBatch();
                if (round >= 0)
                    seen[side].Add(batch);
            }
        }

        foreach (var side in sides)
            side.Dispose();
        return new { tracing, isAsync, rounds = Rounds, sides = ErrorPathSide.All.Select((side, i) => Result(side.Name, seen[0], seen[i])) };
    }

    private static object Result(string name, List<(double Nanoseconds, double Bytes)> ours, List<(double Nanoseconds, double Bytes)> side) => new
    {
        name,
        nanoseconds = Median(side.Select(batch => batch.Nanoseconds)),
        bytes = Median(side.Select(batch => batch.Bytes)),
        oursOverIts = Median(ours.Zip(side, (our, its) => our.Nanoseconds / its.Nanoseconds)),
    };

    private static double Median(IEnumerable<double> values) => values.Order().ElementAt(Rounds / 2);
}
