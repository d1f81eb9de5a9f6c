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
            json.WriteBoolean("oomGroup", run.IsOomGroup);
            json.WriteBoolean("stopping", run.IsStopping);
            json.WriteBoolean("ended", run.HasEnded);
            if (run.LastDeath is { } death)
                DeathJson.Write(json, "lastDeath", death);

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
        IsOomGroup = json.TryGetProperty("oomGroup", out var oomGroup) && oomGroup.GetBoolean(),
        IsStopping = json.GetProperty("stopping").GetBoolean(),
        HasEnded = json.GetProperty("ended").GetBoolean(),
        LastDeath = json.TryGetProperty("lastDeath", out var death) ? DeathJson.Read(death) : null,
    };
}
