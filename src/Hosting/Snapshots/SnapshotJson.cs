using System.Text.Json.Serialization;

namespace CrashShield.Hosting.Snapshots;

// Only written: what reading needs would be set up with it, in a start that writes nothing but the versions.
[JsonSourceGenerationOptions(GenerationMode = JsonSourceGenerationMode.Serialization, WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true)]
[JsonSerializable(typeof(SnapshotManifest))]
[JsonSerializable(typeof(GcReport))]
internal sealed partial class SnapshotJson : JsonSerializerContext;
