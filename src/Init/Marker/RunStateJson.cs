using System.Buffers;
using System.Text.Json;

namespace CrashShield.Init.Marker;

/// <summary><c>run.json</c>.</summary>
internal static class RunStateJson
{
    public static byte[] Write(RunState run)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            json.WriteNumber("schema", 1);
            json.WriteNumber("pid", run.ProcessId);
            json.WriteNumber("worker", run.WorkerProcessId);
            json.WriteNumber("generation", run.Generation);
            json.WriteString("startedAt", run.StartedAt);
            if (run.BootId is not null)
                json.WriteString("bootId", run.BootId);
            if (run.OomKills is { } oomKills)
                json.WriteNumber("oomKills", oomKills);
            json.WriteBoolean("stopping", run.IsStopping);
            json.WriteBoolean("ended", run.HasEnded);
            if (run.LastDeath is { } death)
            {
                json.WriteStartObject("lastDeath");
                json.WriteString("kind", Death.WordOf(death.Kind));
                json.WriteNumber("code", death.Code);
                json.WriteString("at", death.At);
                json.WriteNumber("generation", death.Generation);
                json.WriteString("detail", death.Detail);
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    /// <returns>Null when it is no run marker.</returns>
    public static RunState? Read(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            using var document = JsonDocument.Parse(bytes);
            return ReadRun(document.RootElement);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException or KeyNotFoundException)
        {
            return null;
        }
    }

    private static RunState ReadRun(JsonElement json) => new()
    {
        ProcessId = json.GetProperty("pid").GetInt32(),
        WorkerProcessId = json.GetProperty("worker").GetInt32(),
        Generation = json.GetProperty("generation").GetInt32(),
        StartedAt = json.GetProperty("startedAt").GetDateTimeOffset(),
        BootId = json.TryGetProperty("bootId", out var bootId) ? bootId.GetString() : null,
        OomKills = json.TryGetProperty("oomKills", out var oomKills) ? oomKills.GetInt64() : null,
        IsStopping = json.GetProperty("stopping").GetBoolean(),
        HasEnded = json.GetProperty("ended").GetBoolean(),
        LastDeath = json.TryGetProperty("lastDeath", out var death) ? ReadDeath(death) : null,
    };

    private static Death ReadDeath(JsonElement json) => new(
        Death.KindOf(json.GetProperty("kind").GetString()!) ?? throw new FormatException("unknown kind"),
        json.GetProperty("code").GetInt32(),
        json.GetProperty("at").GetDateTimeOffset(),
        json.GetProperty("generation").GetInt32(),
        json.GetProperty("detail").GetString()!);
}
