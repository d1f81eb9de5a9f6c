namespace CrashShield.Integration.Tests.Publishing;

/// <summary>As native code, without event sources, which is the SDK's default.</summary>
public sealed class NativeSample() : PublishedSample("-p:PublishAot=true", "-p:EventSourceSupport=false");
