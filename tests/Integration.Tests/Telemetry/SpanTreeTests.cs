using CrashShield.Integration.Tests.Sample;

namespace CrashShield.Integration.Tests.Telemetry;

/// <summary>The real sample sends its traces to a receiver that speaks the protocols of Jaeger (OTLP) and Zipkin.</summary>
[Collection("load from the test process")]
public class SpanTreeTests
{
    // An exporter gives a batch up when the store answers late, as on a machine that other tests keep busy; which trace arrives is not what this is about.
    private const int Attempts = 4;
    private const string CallersSpanId = "b7ad6b7169203331";

    public static TheoryData<string, string> Switches => new()
    {
        { "OTEL_EXPORTER_OTLP_ENDPOINT over gRPC", "otlp" },
        { "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT over HTTP", "otlp" },
        { "CrashShield__Telemetry__OtlpEndpoint", "otlp" },
        { "OTEL_EXPORTER_ZIPKIN_ENDPOINT", "zipkin" },
        { "CrashShield__Telemetry__ZipkinEndpoint", "zipkin" },
    };

    [Theory]
    [MemberData(nameof(Switches))]
    public async Task FailedRequestAndItsChildTaskAreOneTree(string exporter, string protocol)
    {
        await using var receiver = await TraceReceiver.StartAsync();
        await using var sample = await SampleProcess.StartAsync(Environment(exporter, receiver));
        var (spans, body) = ((ReceivedSpan[]?)null, "");
        for (var attempt = 0; attempt < Attempts && spans is null; attempt++)
        {
            var traceId = Convert.ToHexStringLower(Guid.NewGuid().ToByteArray());
            using var request = new HttpRequestMessage(HttpMethod.Get, "/drill/child-failure")
            {
                Headers = { { "traceparent", $"00-{traceId}-{CallersSpanId}-01" } },
            };
            using var response = await sample.Client.SendAsync(request, TestContext.Current.CancellationToken);
            body = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
            spans = await receiver.WaitForTraceAsync(traceId, count: 3);
        }

        Assert.True(spans is not null, $"No trace arrived. The last answer was {body}. The sample printed: {string.Join('\n', sample.Process.Output)}");
        Assert.Equal(3, spans.Length);
        var server = Assert.Single(spans, span => span.ParentId == CallersSpanId);
        Assert.True(server.IsError);
        Assert.Contains("/drill/child-failure", server.Name, StringComparison.Ordinal);
        Assert.Equal("System.InvalidOperationException", server.Tags["error.type"]);
        Assert.Contains(server.Tags["crashshield.error_id"], body, StringComparison.Ordinal);
        Assert.Contains("webapi", server.Service, StringComparison.OrdinalIgnoreCase);
        AssertException(Assert.Single(server.Events), protocol);

        var failed = Assert.Single(spans, span => span.Name == "task load-stock");
        Assert.Equal(server.SpanId, failed.ParentId);
        Assert.True(failed.IsError);
        Assert.Equal(server.Tags["crashshield.error_id"], failed.Tags["crashshield.error_id"]);
        AssertException(Assert.Single(failed.Events), protocol);
        var cancelled = Assert.Single(spans, span => span.Name == "task load-prices");
        Assert.Equal(server.SpanId, cancelled.ParentId);
        Assert.False(cancelled.IsError);
    }

    private static void AssertException(ReceivedEvent recorded, string protocol)
    {
        Assert.Equal("exception", recorded.Name);
        if (protocol == "zipkin")
            return; // Zipkin's annotations are a time and a word.

        Assert.Equal("System.InvalidOperationException", recorded.Tags["exception.type"]);
        Assert.Equal("The stock service does not answer.", recorded.Tags["exception.message"]);
        Assert.Contains("DrillEndpoints", recorded.Tags["exception.stacktrace"], StringComparison.Ordinal);
    }

    private static Dictionary<string, string> Environment(string exporter, TraceReceiver receiver)
    {
        var environment = Address(exporter, receiver);
        environment["OTEL_BSP_SCHEDULE_DELAY"] = "100"; // ms between exports; 5,000 by default
        return environment;
    }

    private static Dictionary<string, string> Address(string exporter, TraceReceiver receiver) => exporter switch
    {
        "OTEL_EXPORTER_OTLP_ENDPOINT over gRPC" => new() { ["OTEL_EXPORTER_OTLP_ENDPOINT"] = receiver.GrpcAddress },
        "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT over HTTP" => new() { ["OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"] = receiver.HttpAddress + "/v1/traces" },
        "CrashShield__Telemetry__OtlpEndpoint" => new() { [exporter] = receiver.HttpAddress + "/v1/traces" },
        _ => new() { [exporter] = receiver.HttpAddress + "/api/v2/spans" },
    };
}
