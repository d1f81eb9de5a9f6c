namespace CrashShield.Integration.Tests.Publishing;

/// <summary>As the project file has it, trimmed.</summary>
public sealed class TrimmedSample() : PublishedSample("-p:PublishTrimmed=true");
