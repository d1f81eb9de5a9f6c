using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using CrashShield.Integration.Tests.Telemetry.Otlp;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace CrashShield.Integration.Tests.Telemetry;

/// <summary>A trace store's intake: OTLP over HTTP and over gRPC, and Zipkin's v2 JSON, each on the path that Jaeger and Zipkin have.</summary>
internal sealed class TraceReceiver : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<ReceivedSpan> _spans = new();

    private TraceReceiver()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http1);
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2);
        });
        builder.Services.AddGrpc();
        builder.Services.AddSingleton(this);
        _app = builder.Build();
        _app.MapPost("/v1/traces", async (HttpContext context) =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            Receive(ExportTraceServiceRequest.Parser.ParseFrom(body.ToArray()));
            context.Response.ContentType = "application/x-protobuf";
        });
        _app.MapPost("/api/v2/spans", async (HttpContext context) =>
        {
            foreach (var span in ZipkinSpans.Parse(await JsonDocument.ParseAsync(context.Request.Body)))
                _spans.Enqueue(span);
            context.Response.StatusCode = StatusCodes.Status202Accepted;
        });
        _app.MapGrpcService<OtlpTraceService>();
    }

    public string HttpAddress => _app.Urls.First();

    public string GrpcAddress => _app.Urls.Last();

    public static async Task<TraceReceiver> StartAsync()
    {
        var receiver = new TraceReceiver();
        await receiver._app.StartAsync();
        return receiver;
    }

    public void Receive(ExportTraceServiceRequest request)
    {
        foreach (var span in OtlpSpans.Read(request))
            _spans.Enqueue(span);
    }

    /// <summary>Waits until a trace has so many spans.</summary>
    /// <returns>They, or <see langword="null"/> when they have not come within 15 s.</returns>
    public async Task<ReceivedSpan[]?> WaitForTraceAsync(string traceId, int count)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(started) < TimeSpan.FromSeconds(15))
        {
            var trace = _spans.Where(span => span.TraceId == traceId).ToArray();
            if (trace.Length >= count)
                return trace;
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }

        return null;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }
}
