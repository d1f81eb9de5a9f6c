using System.Text.Json.Nodes;

namespace CrashShield.Report;

/// <summary>A bar of a drill, as the drill itself has judged it.</summary>
internal sealed record DrillBar(string Drill, string Name, bool Held, string Seen)
{
    public string Row => $"| {Drill} | {Name} | {Seen.Replace("|", "\\|", StringComparison.Ordinal)} | {(Held ? "held" : "**not held**")} |";

    /// <summary>Those of a drill's last line.</summary>
    public static IEnumerable<DrillBar> Of(JsonNode drill) =>
        from bar in drill["bars"]!.AsArray()
        select new DrillBar(
            (string)drill["drill"]! + ((bool)drill["short"]! ? " --short" : ""), (string)bar!["name"]!, (bool)bar["held"]!, (string)bar["seen"]!);
}
