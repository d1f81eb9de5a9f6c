using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace CrashShield.Init.Workers;

internal static class MessageWriter
{
    // The default escapes the + of base64 to six bytes, and a blob that came in one packet would not leave in one.
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static byte[] Write(Message message)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(buffer, Options))
        {
            json.WriteStartObject();
            json.WriteString("type", message.Type);
            WriteText(json, "version", message.Version);
            WriteText(json, "build", message.Build);
            WriteText(json, "endpoint", message.Endpoint);
            WriteText(json, "reason", message.Reason);
            WriteText(json, "name", message.Name);
            WriteText(json, "data", message.Data);
            WriteText(json, "lastDeath", message.LastDeath);
            if (message.Generation is { } generation)
                json.WriteNumber("generation", generation);
            if (message.Errno is { } errno)
                json.WriteNumber("errno", errno);
            if (message.Beside is { } beside)
                json.WriteBoolean("beside", beside);
            if (message.Type == ControlType.Offer)
                json.WriteNull("endpoints");
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    private static void WriteText(Utf8JsonWriter json, string name, string? value)
    {
        if (value is not null)
            json.WriteString(name, value);
    }
}
