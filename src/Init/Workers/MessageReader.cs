using System.Text.Json;

namespace CrashShield.Init.Workers;

/// <summary>Reads a packet. Properties that this version does not know are skipped.</summary>
internal static class MessageReader
{
    /// <exception cref="FormatException">It is no message; the text says why.</exception>
    public static Message Read(ReadOnlySpan<byte> packet)
    {
        try
        {
            return ReadObject(packet);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new FormatException("the packet is not one JSON object with properties of their kinds", e);
        }
    }

    private static Message ReadObject(ReadOnlySpan<byte> packet)
    {
        var json = new Utf8JsonReader(packet, new JsonReaderOptions { MaxDepth = 8 });
        if (!json.Read() || json.TokenType != JsonTokenType.StartObject)
            throw new FormatException("the packet is no JSON object");

        var message = new Message("");
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var name = json.GetString()!;
            json.Read();
            message = With(message, name, ref json);
        }

        // A second value after the object is an error of this call.
        json.Read();
        return message.Type.Length > 0 ? message : throw new FormatException("the packet has no type");
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
            case "version": return message with { Version = json.GetString() };
            case "build": return message with { Build = json.GetString() };
            case "endpoint": return message with { Endpoint = json.GetString() };
            case "reason": return message with { Reason = json.GetString() };
            case "accepted": return message with { Accepted = json.GetBoolean() };
            case "name": return message with { Name = json.GetString() };
            case "data": return message with { Data = json.GetString() };
            default:
                json.Skip();
                return message;
        }
    }
}
