namespace CrashShield.Integration.Tests.Publishing;

/// <summary>As the project file has it, as native code.</summary>
public sealed class NativeSample() : PublishedSample("-p:PublishAot=true");
