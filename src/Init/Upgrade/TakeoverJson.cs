using System.Buffers;
using System.Text;
using System.Text.Json;

namespace CrashShield.Init.Upgrade;

internal static class TakeoverJson
{
    public static string Write(Takeover takeover)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteNumber("format", Takeover.Format);
            json.WriteNumber("generation", takeover.Generation);
            json.WriteNumber("restarts", takeover.Restarts);
            json.WriteNumber("hello", takeover.Hello.TotalSeconds);
            json.WriteNumber("control", takeover.Control);
            if (takeover.ControlInode is { } inode)
                json.WriteNumber("controlInode", inode);
            json.WriteNumber("client", takeover.Client);
            WriteWorker(json, "serving", takeover.Serving);
            if (takeover.Spare is { } spare)
                WriteWorker(json, "spare", spare);
            json.WriteStartArray("listeners");
            foreach (var listener in takeover.Listeners)
                WriteListener(json, listener);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    /// <exception cref="InitException">It cannot be read.</exception>
    public static Takeover Read(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            var json = document.RootElement;
            if (json.GetProperty("format").GetInt32() != Takeover.Format)
                throw new FormatException("another format");
            return new Takeover
            {
                Generation = json.GetProperty("generation").GetInt32(),
                // Images before this one did not say.
                Restarts = json.TryGetProperty("restarts", out var restarts) ? restarts.GetInt32() : 0,
                Hello = json.TryGetProperty("hello", out var hello) ? TimeSpan.FromSeconds(hello.GetDouble()) : TimeSpan.Zero,
                Control = json.GetProperty("control").GetInt32(),
                ControlInode = json.TryGetProperty("controlInode", out var inode) ? inode.GetUInt64() : null,
                Client = json.GetProperty("client").GetInt32(),
                Serving = ReadWorker(json.GetProperty("serving")),
                Spare = json.TryGetProperty("spare", out var spare) ? ReadWorker(spare) : null,
                Listeners = [.. json.GetProperty("listeners").EnumerateArray().Select(ReadListener)],
            };
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException or KeyNotFoundException)
        {
            throw new InitException(ExitCodes.Software, $"{Takeover.Variable} cannot be read: {e.Message}");
        }
    }

    private static void WriteWorker(Utf8JsonWriter json, string name, WorkerRecord worker)
    {
        json.WriteStartObject(name);
        json.WriteNumber("pid", worker.ProcessId);
        json.WriteNumber("generation", worker.Generation);
        json.WriteString("startedAt", worker.StartedAt);
        json.WriteNumber("descriptor", worker.Descriptor);
        if (worker.Version is not null)
        {
            json.WriteString("version", worker.Version);
            json.WriteString("build", worker.Build);
        }

        json.WriteNumber("signals", worker.Signals);
        json.WriteStartObject("asked");
        foreach (var (endpoint, times) in worker.Asked)
            json.WriteNumber(endpoint, times);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteListener(Utf8JsonWriter json, ListenerRecord listener)
    {
        json.WriteStartObject();
        json.WriteString("endpoint", listener.Endpoint);
        json.WriteNumber("ordinal", listener.Ordinal);
        json.WriteNumber("descriptor", listener.Descriptor);
        json.WriteString("bound", listener.Bound);
        if (listener.Inode is { } inode)
            json.WriteNumber("inode", inode);
        json.WriteBoolean("preopened", listener.IsGiven);
        json.WriteBoolean("passed", listener.IsPassed);
        json.WriteEndObject();
    }

    private static WorkerRecord ReadWorker(JsonElement json) => new()
    {
        ProcessId = json.GetProperty("pid").GetInt32(),
        Generation = json.GetProperty("generation").GetInt32(),
        StartedAt = json.GetProperty("startedAt").GetDateTimeOffset(),
        Descriptor = json.GetProperty("descriptor").GetInt32(),
        Version = json.TryGetProperty("version", out var version) ? version.GetString() : null,
        Build = json.TryGetProperty("build", out var build) ? build.GetString() : null,
        // Images before this one did not say.
        Signals = json.TryGetProperty("signals", out var signals) ? signals.GetUInt64() : 0,
        Asked = [.. json.GetProperty("asked").EnumerateObject().Select(asked => (asked.Name, asked.Value.GetInt32()))],
    };

    private static ListenerRecord ReadListener(JsonElement json) => new(
        json.GetProperty("endpoint").GetString()!,
        json.GetProperty("ordinal").GetInt32(),
        json.GetProperty("descriptor").GetInt32(),
        json.GetProperty("bound").GetString()!,
        json.TryGetProperty("inode", out var inode) ? inode.GetUInt64() : null,
        json.GetProperty("preopened").GetBoolean(),
        // Images before this one did not say: it may be systemd's.
        json.TryGetProperty("passed", out var passed) ? passed.GetBoolean() : json.GetProperty("preopened").GetBoolean());
}
