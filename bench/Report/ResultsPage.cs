using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace CrashShield.Report;

/// <summary>bench/RESULTS.md.</summary>
internal static class ResultsPage
{
    private const string Noise =
        """
        The machine runs other work too, so absolute figures move from run to run; trust ratios of what ran side by side. That is why the
        error path is measured in short batches in turn, each side in a process of its own (a ratio is the median of 1,000 rounds'), and not by
        BenchmarkDotNet, whose rows run one after the other. Bytes do not depend on the machine. The bars are over `UseExceptionHandler()` +
        `AddProblemDetails()` that does the same work: the failure is counted in `/metrics` and written to its span. The tables have it without, too.
        """;

    public static string Write(Measurements seen, Machine machine)
    {
        var page = new StringBuilder();
        page.AppendLine("# Results").AppendLine().AppendLine("Written by `./bench/run.sh`; do not edit. [README.md](README.md) says what is measured.").AppendLine();
        page.AppendLine($"{machine.Date}, {machine.Processor}, {machine.Cores} cores, {machine.Kernel}, SDK {machine.Sdk}, {machine.Runtime}").AppendLine();
        page.AppendLine(Noise).AppendLine();
        page.AppendLine("## Bars").AppendLine().AppendLine("| what | bar | seen | |").AppendLine("| --- | --- | ---: | --- |");
        foreach (var promise in Promises.Of(seen))
            page.AppendLine(promise.Row);
        AddErrorPath(page, seen);
        AddBenchmarks(page, seen);
        AddDrills(page, seen);
        AddDrillBars(page, seen);
        return page.ToString();
    }

    private static void AddErrorPath(StringBuilder page, Measurements seen)
    {
        page.AppendLine().AppendLine("## One failing request, in process").AppendLine();
        page.AppendLine("Medians; the last column is our time over the side's, round by round.").AppendLine();
        page.AppendLine("| spans | handler | side | ns | bytes | ours / its |").AppendLine("| --- | --- | --- | ---: | ---: | ---: |");
        foreach (var run in seen.ErrorPath)
        {
            foreach (var side in run!["sides"]!.AsArray())
            {
                page.AppendLine(
                    CultureInfo.InvariantCulture,
                    $"| {((bool)run["tracing"]! ? "on" : "off")} | {((bool)run["isAsync"]! ? "async" : "sync")} | {(string)side!["name"]!} | {
                        (double)side["nanoseconds"]!:N0} | {(double)side["bytes"]!:N0} | {(double)side["oursOverIts"]!:N2} |");
            }
        }
    }

    private static void AddBenchmarks(StringBuilder page, Measurements seen)
    {
        page.AppendLine().AppendLine("## In process").AppendLine().AppendLine("The median of one operation.").AppendLine();
        page.AppendLine("| benchmark | | ns | bytes |").AppendLine("| --- | --- | ---: | ---: |");
        foreach (var group in seen.ByType)
        {
            foreach (var row in group)
                page.AppendLine(CultureInfo.InvariantCulture, $"| {row.Type}.{row.Method} | {row.Parameters} | {row.Nanoseconds:N1} | {row.Bytes:N0} |");
        }
    }

    private static void AddDrills(StringBuilder page, Measurements seen)
    {
        page.AppendLine().AppendLine("## Over HTTP").AppendLine();
        page.AppendLine("Medians of the rounds of the drill `errors`; processor is what the server used for one request.").AppendLine();
        page.AppendLine("| spans | handler | server | requests/s | processor, µs |").AppendLine("| --- | --- | --- | ---: | ---: |");
        foreach (var drill in seen.Drills)
        {
            foreach (var handler in new[] { "sync", "async" })
            {
                foreach (var side in drill[handler]!["sides"]!.AsArray())
                    page.AppendLine(Row(drill, handler, side!));
            }
        }
    }

    private static void AddDrillBars(StringBuilder page, Measurements seen)
    {
        page.AppendLine().AppendLine("## Other drills").AppendLine();
        page.AppendLine("| drill | bar | seen | |").AppendLine("| --- | --- | --- | --- |");
        foreach (var bar in seen.DrillBars)
            page.AppendLine(bar.Row);
    }

    private static string Row(JsonNode drill, string handler, JsonNode side) => string.Create(
        CultureInfo.InvariantCulture,
        $"| {((bool)drill["tracing"]! ? "on" : "off")} | {handler} | {(string)side["name"]!} | {(double)side["perSecond"]!:N0} | {(double)side["cpuMicroseconds"]!:N1} |");
}
