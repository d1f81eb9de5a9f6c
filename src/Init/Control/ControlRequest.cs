using System.Text.Json;

namespace CrashShield.Init.Control;

/// <summary>One line of JSON: <c>{"protocol":1,"command":"status"}</c>.</summary>
internal static class ControlRequest
{
    public const int Protocol = 1;
    public const int MaxLength = 4096;

    private static readonly string[] Commands = ["status", "restart", "cold-restart", "stop", "upgrade"];

    /// <returns>The command.</returns>
    /// <exception cref="FormatException">It is none; the text says why.</exception>
    public static string Parse(ReadOnlyMemory<byte> line)
    {
        try
        {
            using var document = JsonDocument.Parse(line, new JsonDocumentOptions { MaxDepth = 4 });
            if (document.RootElement is not { ValueKind: JsonValueKind.Object } json)
                throw new FormatException("the request is no JSON object");
            return ReadCommand(json);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // The latter is a text that is no Unicode.
            throw new FormatException("the request is no JSON");
        }
    }

    private static string ReadCommand(JsonElement json)
    {
        if (!json.TryGetProperty("protocol", out var protocol) || protocol.ValueKind != JsonValueKind.Number || !protocol.TryGetInt32(out var version))
            throw new FormatException("the request names no protocol version");
        if (version != Protocol)
            throw new FormatException($"protocol version {version} is not known; this init speaks {Protocol}");
        if (!json.TryGetProperty("command", out var command) || command.ValueKind != JsonValueKind.String)
            throw new FormatException("the request names no command");
        var name = command.GetString()!;
        return Commands.Contains(name) ? name : throw new FormatException($"command '{Shortened(name)}' is not known; there are {string.Join(", ", Commands)}");
    }

    private static string Shortened(string name) => name.Length <= 40 ? name : name[..40] + "…";
}
