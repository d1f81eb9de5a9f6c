using System.Text.Json.Serialization;

namespace CrashShield.Hosting.Snapshots;

[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true)]
[JsonSerializable(typeof(SnapshotManifest))]
[JsonSerializable(typeof(GcReport))]
internal sealed partial class SnapshotJson : JsonSerializerContext;
