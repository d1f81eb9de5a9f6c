using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace CrashShield.Init.Control;

/// <summary>Lines of JSON that answer a request: any number with <c>progress</c>, then one with <c>ok</c>.</summary>
internal static class ControlAnswer
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static byte[] Progress(string text) => Line(json => json.WriteString("progress", text));

    public static byte[] Done(string text) => Line(json =>
    {
        json.WriteBoolean("ok", true);
        json.WriteString("message", text);
    });

    public static byte[] Error(string text) => Line(json =>
    {
        json.WriteBoolean("ok", false);
        json.WriteString("error", text);
    });

    public static byte[] Line(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(buffer, Options))
        {
            json.WriteStartObject();
            json.WriteNumber("protocol", ControlRequest.Protocol);
            write(json);
            json.WriteEndObject();
        }

        buffer.Write("\n"u8);
        return buffer.WrittenSpan.ToArray();
    }
}
