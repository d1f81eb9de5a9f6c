using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace CrashShield.Handoff.Protocol;

/// <summary>Writes a packet. It is never longer than <see cref="PacketSocket.MaxPacket"/>, as the other side could not read it: text for people is cut.</summary>
internal static class MessageWriter
{
    /// <summary>In characters, of a text for people: each may take six bytes.</summary>
    public const int MaxText = 2 * 1024;

    // The default escapes each letter beyond ASCII, and each + of a text, to six bytes.
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static byte[] Write(Message message)
    {
        var buffer = new ArrayBufferWriter<byte>(message.Data is { } data ? 512 + (data.Length * 4 / 3) : 512);
        Write(message, buffer);
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Writes a packet to a buffer.</summary>
    public static void Write(Message message, IBufferWriter<byte> buffer)
    {
        using var json = new Utf8JsonWriter(buffer, Options);
        WriteObject(json, message);
    }

    private static void WriteObject(Utf8JsonWriter json, Message message)
    {
        json.WriteStartObject();
        json.WriteString("type", message.Type);
        WriteNumber(json, "protocol", message.ProtocolVersion);
        WriteNumber(json, "pid", message.ProcessId);
        WriteNumber(json, "generation", message.Generation);
        WriteNumber(json, "restarts", message.Restarts);
        WriteText(json, "version", message.Version);
        WriteText(json, "build", message.Build);
        WriteText(json, "endpoint", message.Endpoint);
        WriteText(json, "reason", message.Reason);
        WriteNumber(json, "errno", message.Errno);
        WriteNumber(json, "code", message.Code);
        WriteText(json, "lastDeath", message.LastDeath);
        WriteFlag(json, "peer", message.Peer);
        WriteFlag(json, "beside", message.Beside);
        WriteFlag(json, "accepted", message.Accepted);
        if (message.Name is { } name)
            json.WriteString("name", name);
        if (message.Data is { } data)
            json.WriteBase64String("data", data);
        WriteNumber(json, "warmups", message.WarmUps);
        if (message.Milliseconds is { } milliseconds)
            json.WriteNumber("ms", milliseconds);
        WriteNumber(json, "connections", message.Connections);
        WriteText(json, "signals", message.Signals);
        WriteNumber(json, "signal", message.Signal);
        if (message.Type == ControlType.Offer)
            json.WriteNull("endpoints");
        json.WriteEndObject();
    }

    private static void WriteText(Utf8JsonWriter json, string name, string? value)
    {
        if (value is not null)
            json.WriteString(name, value.AsSpan(0, Math.Min(value.Length, MaxText)));
    }

    private static void WriteNumber(Utf8JsonWriter json, string name, int? value)
    {
        if (value is { } number)
            json.WriteNumber(name, number);
    }

    private static void WriteFlag(Utf8JsonWriter json, string name, bool? value)
    {
        if (value is { } flag)
            json.WriteBoolean(name, flag);
    }
}
