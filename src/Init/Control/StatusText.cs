using System.Text;
using System.Text.Json;

namespace CrashShield.Init.Control;

/// <summary>The answer to <c>status</c> for people: a line for each thing that there is.</summary>
internal static class StatusText
{
    public static string Of(JsonElement json)
    {
        var text = new StringBuilder($"crashshield-init {json.GetProperty("version").GetString()}, process {json.GetProperty("pid").GetInt32()}: {json.GetProperty("state").GetString()}");
        foreach (var role in new[] { "serving", "new", "spare" })
        {
            if (Property(json, role) is { } worker)
                Line(text, role, WorkerOf(worker));
        }

        Line(text, "retiring", json.GetProperty("retiring").GetInt32() is > 0 and var retiring ? $"{retiring}" : null);
        foreach (var listener in json.GetProperty("listeners").EnumerateArray())
            Line(text, "listener", listener.GetString());
        Line(text, "restarts", $"{json.GetProperty("restarts").GetInt32()} after deaths");
        if (Property(json, "lastDeath") is { ValueKind: JsonValueKind.Object } death)
            Line(text, "last death", DeathOf(death));
        return text.ToString();
    }

    private static string WorkerOf(JsonElement worker)
    {
        var version = worker.GetProperty("version").GetString();
        return $"worker {worker.GetProperty("pid").GetInt32()} (generation {worker.GetProperty("generation").GetInt32()}{(version is null ? "" : $", version {version}")}), "
            + $"{worker.GetProperty("step").GetString()}, started at {worker.GetProperty("startedAt").GetDateTimeOffset():u}";
    }

    private static string DeathOf(JsonElement death) =>
        $"{death.GetProperty("detail").GetString()} [{death.GetProperty("kind").GetString()}, code {death.GetProperty("code").GetInt32()}], "
        + $"generation {death.GetProperty("generation").GetInt32()}, at {death.GetProperty("at").GetDateTimeOffset():u}";

    // An init of another version may leave out what is null.
    private static JsonElement? Property(JsonElement json, string name) =>
        json.TryGetProperty(name, out var property) && property.ValueKind != JsonValueKind.Null ? property : null;

    private static void Line(StringBuilder text, string name, string? value)
    {
        if (value is not null)
            text.Append('\n').Append("  ").Append(name.PadRight(12)).Append(value);
    }
}
