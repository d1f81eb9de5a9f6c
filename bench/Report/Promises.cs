using System.Text.Json.Nodes;

namespace CrashShield.Report;

/// <summary>The bars of DESIGN's "numbers that hold everywhere" and of the features, each beside its figure.</summary>
internal static class Promises
{
    private const double ErrorTime = 1 / 1.5;
    private const double ErrorBytes = 0.5;

    public static IEnumerable<Promise> Of(Measurements seen) => [.. HappyPath(seen), .. ErrorPath(seen), .. Refusal(seen), .. Child(seen), .. Http(seen)];

    private static IEnumerable<Promise> HappyPath(Measurements seen)
    {
        var (bare, shield) = (seen.Of("HappyPath", "BareSync"), seen.Of("HappyPath", "ShieldSync"));
        yield return new("Happy path, sync: ns over a bare pipeline", "≤ 150", shield.Nanoseconds - bare.Nanoseconds, 150);
        yield return new("Happy path, sync: bytes over a bare pipeline", "0", shield.Bytes - bare.Bytes, 0);
        var async = seen.Of("HappyPath", "ShieldAsync").Bytes - seen.Of("HappyPath", "BareAsync").Bytes;
        yield return new("Happy path, async: bytes over a bare pipeline", "≤ 200", async, 200);
    }

    private static IEnumerable<Promise> ErrorPath(Measurements seen)
    {
        foreach (var run in seen.ErrorPath)
        {
            var what = $"Error path, {((bool)run!["isAsync"]! ? "async" : "sync")} handler, spans {((bool)run["tracing"]! ? "on" : "off")}";
            var (shield, peer) = (Side(run, "shield"), Side(run, "exception-handler"));
            yield return new($"{what}: time / `UseExceptionHandler`'s", "≤ 1/1.5", (double)peer["oursOverIts"]!, ErrorTime);
            yield return new($"{what}: bytes / `UseExceptionHandler`'s", "≤ 1/2", (double)shield["bytes"]! / (double)peer["bytes"]!, ErrorBytes);
        }
    }

    private static JsonNode Side(JsonNode run, string name) => run["sides"]!.AsArray().Single(side => (string)side!["name"]! == name)!;

    private static IEnumerable<Promise> Refusal(Measurements seen)
    {
        var refused = seen.Of("RefusalCost", "Refused");
        yield return new("A refusal: µs", "≤ 1.5", refused.Nanoseconds / 1_000, 1.5);
        yield return new("A refusal: bytes", "≤ 200", refused.Bytes, 200);
    }

    private static IEnumerable<Promise> Child(Measurements seen)
    {
        foreach (var (word, suffix) in new[] { ("completes at once", ""), ("yields", "Yields") })
        {
            var (bare, child) = (seen.Of("ChildCost", "TaskRun" + suffix), seen.Of("ChildCost", "Child" + suffix));
            yield return new($"Supervised child that {word}: µs over `Task.Run`", "≤ 2", (child.Nanoseconds - bare.Nanoseconds) / 1_000, 2);
            yield return new($"Supervised child that {word}: bytes over `Task.Run`", "≤ 600", child.Bytes - bare.Bytes, 600);
        }
    }

    private static IEnumerable<Promise> Http(Measurements seen)
    {
        foreach (var drill in seen.Drills)
        {
            var spans = $"spans {((bool)drill["tracing"]! ? "on" : "off")}";
            foreach (var handler in new[] { "sync", "async" })
            {
                var what = $"HTTP, {handler} handler, {spans}: failing requests/s over";
                var ratios = drill[handler]!;
                yield return new($"{what} `UseExceptionHandler`'s", "≥ 1.15", (double)ratios["overExceptionHandler"]!, 1.15, IsMinimum: true);
                yield return new($"{what} a bare try/catch's", "≥ 0.9", (double)ratios["overTryCatch"]!, 0.9, IsMinimum: true);
            }
        }
    }
}
