namespace CrashShield.Integration.Tests.Telemetry;

/// <summary>A span as a trace store would show it, whatever protocol it came by.</summary>
internal sealed record ReceivedSpan(
    string TraceId,
    string SpanId,
    string? ParentId,
    string Name,
    string Service,
    bool IsError,
    IReadOnlyDictionary<string, string> Tags,
    IReadOnlyList<ReceivedEvent> Events);
