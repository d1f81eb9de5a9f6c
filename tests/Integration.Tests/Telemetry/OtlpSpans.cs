using CrashShield.Integration.Tests.Telemetry.Otlp;
using Google.Protobuf;
using Google.Protobuf.Collections;

namespace CrashShield.Integration.Tests.Telemetry;

internal static class OtlpSpans
{
    private const int ErrorCode = 2;

    public static IEnumerable<ReceivedSpan> Read(ExportTraceServiceRequest request) =>
        from resource in request.ResourceSpans
        let service = Tags(resource.Resource.Attributes)["service.name"]
        from scope in resource.ScopeSpans
        from span in scope.Spans
        select new ReceivedSpan(
            Hex(span.TraceId),
            Hex(span.SpanId),
            span.ParentSpanId.IsEmpty ? null : Hex(span.ParentSpanId),
            span.Name,
            service,
            span.Status?.Code == ErrorCode,
            Tags(span.Attributes),
            [.. span.Events.Select(e => new ReceivedEvent(e.Name, Tags(e.Attributes)))]);

    private static string Hex(ByteString bytes) => Convert.ToHexStringLower(bytes.Span);

    private static Dictionary<string, string> Tags(RepeatedField<KeyValue> attributes) => attributes.ToDictionary(
        attribute => attribute.Key,
        attribute => attribute.Value.ValueCase switch
        {
            AnyValue.ValueOneofCase.IntValue => attribute.Value.IntValue.ToString(),
            AnyValue.ValueOneofCase.BoolValue => attribute.Value.BoolValue.ToString(),
            AnyValue.ValueOneofCase.DoubleValue => attribute.Value.DoubleValue.ToString(),
            _ => attribute.Value.StringValue,
        });
}
