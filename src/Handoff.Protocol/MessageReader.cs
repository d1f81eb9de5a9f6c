using System.Text.Json;

namespace CrashShield.Handoff.Protocol;

/// <summary>Reads a packet. Properties that this version does not know are skipped.</summary>
internal static class MessageReader
{
    // No property of this version has a depth; one of a later version may.
    private static readonly JsonReaderOptions Options = new() { MaxDepth = 8 };

    /// <param name="buffer">What <see cref="PacketSocket.Receive"/> has filled.</param>
    /// <param name="length">The real length of the packet.</param>
    /// <exception cref="FormatException">It is no message; the text says why, for the <c>refuse</c> that is its answer.</exception>
    public static Message Read(ReadOnlySpan<byte> buffer, int length)
    {
        if (length > buffer.Length)
            throw new FormatException($"a packet has at most {buffer.Length} bytes, this one had {length}");
        try
        {
            return ReadObject(buffer[..length]);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)
        {
            throw new FormatException("a packet is one JSON object with the property type and each property of its kind", e);
        }
    }

    private static Message ReadObject(ReadOnlySpan<byte> packet)
    {
        var json = new Utf8JsonReader(packet, Options);
        if (!json.Read() || json.TokenType != JsonTokenType.StartObject)
            throw new FormatException();

        var message = new Message("");
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var name = json.GetString()!;
            json.Read();
            message = With(message, name, ref json);
        }

        // A second value after the object is an error of this call.
        json.Read();
        return message.Type.Length > 0 ? message : throw new FormatException();
    }

    private static Message With(Message message, string name, ref Utf8JsonReader json)
    {
        if (json.TokenType == JsonTokenType.Null)
            return message;
        switch (name)
        {
            case "type": return message with { Type = json.GetString()! };
            case "protocol": return message with { ProtocolVersion = json.GetInt32() };
            case "pid": return message with { ProcessId = json.GetInt32() };
            case "generation": return message with { Generation = json.GetInt32() };
            case "restarts": return message with { Restarts = json.GetInt32() };
            case "version": return message with { Version = json.GetString() };
            case "build": return message with { Build = json.GetString() };
            case "endpoint": return message with { Endpoint = json.GetString() };
            case "reason": return message with { Reason = json.GetString() };
            case "code": return message with { Code = json.GetInt32() };
            case "errno": return message with { Errno = json.GetInt32() };
            case "lastDeath": return message with { LastDeath = json.GetString() };
            case "peer": return message with { Peer = json.GetBoolean() };
            case "beside": return message with { Beside = json.GetBoolean() };
            case "accepted": return message with { Accepted = json.GetBoolean() };
            case "name": return message with { Name = json.GetString() };
            case "data": return message with { Data = json.GetBytesFromBase64() };
            case "warmups": return message with { WarmUps = json.GetInt32() };
            case "ms": return message with { Milliseconds = json.GetDouble() };
            case "connections": return message with { Connections = json.GetInt32() };
            case "signals": return message with { Signals = json.GetString() };
            case "signal": return message with { Signal = json.GetInt32() };
            default:
                json.Skip();
                return message;
        }
    }
}
