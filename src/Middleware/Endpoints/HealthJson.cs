using System.Text.Json;
using System.Text.Json.Serialization;

namespace CrashShield.Middleware.Endpoints;

/// <summary>The application's own JSON settings are for its own data: probes read the same everywhere.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, UseStringEnumConverter = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(HealthReport))]
internal sealed partial class HealthJson : JsonSerializerContext;
