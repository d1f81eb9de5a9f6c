using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace CrashShield.Report;

/// <summary>bench/RESULTS.md.</summary>
internal static class ResultsPage
{
    private const string Noise =
        """
        The machine runs other work too, so absolute figures move from run to run; trust ratios of what ran side by side. That is why the time
        ratio of the error path is taken from pairs of short batches in alternating order (the median of 1,000 pairs), not from
        BenchmarkDotNet's table, whose rows ran one after the other. Bytes do not depend on the machine.
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
        AddBenchmarks(page, seen);
        AddDrills(page, seen);
        return page.ToString();
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

    private static string Row(JsonNode drill, string handler, JsonNode side) => string.Create(
        CultureInfo.InvariantCulture,
        $"| {((bool)drill["tracing"]! ? "on" : "off")} | {handler} | {(string)side["name"]!} | {(double)side["perSecond"]!:N0} | {(double)side["cpuMicroseconds"]!:N1} |");
}
