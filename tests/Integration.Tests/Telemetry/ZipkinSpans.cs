using System.Text.Json;

namespace CrashShield.Integration.Tests.Telemetry;

/// <summary>Reads Zipkin's v2 JSON.</summary>
internal static class ZipkinSpans
{
    public static IEnumerable<ReceivedSpan> Parse(JsonDocument spans) => spans.RootElement.EnumerateArray().Select(Parse).ToArray();

    private static ReceivedSpan Parse(JsonElement span)
    {
        var tags = span.TryGetProperty("tags", out var all)
            ? all.EnumerateObject().ToDictionary(tag => tag.Name, tag => tag.Value.ToString())
            : [];
        var events = span.TryGetProperty("annotations", out var annotations)
            ? annotations.EnumerateArray().Select(e => new ReceivedEvent(e.GetProperty("value").GetString()!, new Dictionary<string, string>())).ToArray()
            : [];
        return new(
            span.GetProperty("traceId").GetString()!,
            span.GetProperty("id").GetString()!,
            span.TryGetProperty("parentId", out var parent) ? parent.GetString() : null,
            span.GetProperty("name").GetString()!,
            span.GetProperty("localEndpoint").GetProperty("serviceName").GetString()!,
            tags.ContainsKey("error"),
            tags,
            events);
    }
}
