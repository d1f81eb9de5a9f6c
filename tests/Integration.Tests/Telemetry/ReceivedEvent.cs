namespace CrashShield.Integration.Tests.Telemetry;

internal sealed record ReceivedEvent(string Name, IReadOnlyDictionary<string, string> Tags);
