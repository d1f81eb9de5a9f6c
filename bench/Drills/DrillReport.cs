using System.Text.Json;
using System.Text.Json.Nodes;

namespace CrashShield.Drills;

/// <summary>What a drill has seen: figures, and which bars held.</summary>
internal sealed class DrillReport(DrillOptions options)
{
    private static readonly JsonSerializerOptions Json =
        new(JsonSerializerDefaults.Web) { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly JsonObject _figures = [];
    private readonly List<Bar> _bars = [];

    public void Add(string name, object? figure) => _figures.Add(name, JsonSerializer.SerializeToNode(figure, Json));

    public void Require(string bar, bool held, string seen) => _bars.Add(new(bar, held, seen));

    /// <summary>Prints the bars and, as the last line, everything as one JSON object.</summary>
    /// <returns>The exit status.</returns>
    public int Print()
    {
        var held = _bars.TrueForAll(bar => bar.Held);
        foreach (var bar in _bars)
            Console.WriteLine($"{(bar.Held ? "held    " : "NOT HELD")} {bar.Name}: {bar.Seen}");

        var all = new JsonObject
        {
            ["drill"] = options.Drill.Name,
            ["held"] = held,
            ["short"] = options.IsShort,
            ["bars"] = JsonSerializer.SerializeToNode(_bars, Json),
        };
        foreach (var (name, figure) in _figures)
            all[name] = figure?.DeepClone();
        Console.WriteLine(all.ToJsonString(Json));
        return held ? 0 : 1;
    }
}
