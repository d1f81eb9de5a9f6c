using System.Text.Json;

namespace CrashShield.Init.Marker;

/// <summary>A death in <c>run.json</c> and in the answer to <c>status</c>.</summary>
internal static class DeathJson
{
    public static void Write(Utf8JsonWriter json, string name, Death death)
    {
        json.WriteStartObject(name);
        json.WriteString("kind", Death.WordOf(death.Kind));
        json.WriteNumber("code", death.Code);
        json.WriteString("at", death.At);
        json.WriteNumber("generation", death.Generation);
        json.WriteString("detail", death.Detail);
        json.WriteEndObject();
    }

    /// <exception cref="FormatException">It is of a kind that is not known here.</exception>
    public static Death Read(JsonElement json) => new(
        Death.KindOf(json.GetProperty("kind").GetString()!) ?? throw new FormatException("unknown kind"),
        json.GetProperty("code").GetInt32(),
        json.GetProperty("at").GetDateTimeOffset(),
        json.GetProperty("generation").GetInt32(),
        json.GetProperty("detail").GetString()!);
}
