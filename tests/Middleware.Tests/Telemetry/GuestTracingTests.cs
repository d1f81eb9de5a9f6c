using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using OpenTelemetry;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace CrashShield.Middleware.Tests.Telemetry;

/// <summary>An application that exports its spans exports each once, whether it set that up before CrashShield or after, and one that does not has them exported by CrashShield.</summary>
[Collection(nameof(SpanTests))]
public sealed class GuestTracingTests : IAsyncDisposable
{
    private const string Span = "GET /order-of-the-test";

    private readonly ConcurrentQueue<string> _received = new();
    private readonly WebApplication _collector;

    public GuestTracingTests()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _collector = builder.Build();
        _collector.Run(async context =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            if (context.Request.Path == "/v1/traces")
                _received.Enqueue(Encoding.Latin1.GetString(body.ToArray()));
        });
    }

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public static TheoryData<string, bool> SetUps => new MatrixTheoryData<string, bool>(["none", "otlp", "otlp-named", "use-otlp", "tracing-alone", "metrics-otlp", "provider-in-program", "listener-to-all"], [true, false]);

    [Theory]
    [MemberData(nameof(SetUps))]
    public async Task EachSpanGoesOutOnce(string setUp, bool shieldFirst)
    {
        await _collector.StartAsync(Cancelled);
        var endpoint = _collector.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();

        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = "Production", ApplicationName = "shop" });
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"] = endpoint;
        builder.Configuration["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf";
        if (shieldFirst)
            builder.AddCrashShield();
        SetUp(builder.Services, setUp);
        if (!shieldFirst)
            builder.AddCrashShield();
        // As OpenTelemetry's automatic instrumentation does before Main.
        using var provider = setUp == "provider-in-program"
            ? Sdk.CreateTracerProviderBuilder().ConfigureServices(own => own.AddSingleton<Microsoft.Extensions.Configuration.IConfiguration>(builder.Configuration)).ConfigureResource(resource => resource.AddService("the-shop"))
                .AddAspNetCoreInstrumentation().AddOtlpExporter().Build()
            : null;
        using var log = setUp == "listener-to-all" ? new ActivityListener { ShouldListenTo = static _ => true, Sample = static (ref _) => ActivitySamplingResult.AllData } : null;
        if (log is not null)
            ActivitySource.AddActivityListener(log);
        await using (var app = builder.Build())
        {
            app.UseCrashShield();
            app.MapGet("/order-of-the-test", () => "taken");
            await app.StartAsync(Cancelled);
            using var client = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };
            Assert.Equal("taken", await client.GetStringAsync("/order-of-the-test", Cancelled));
            Assert.Equal("Closed", await client.GetStringAsync("/healthz", Cancelled));
            await app.StopAsync(Cancelled);
        }

        provider?.ForceFlush();
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        while (Count(Span) == 0)
            await Task.Delay(10, deadline.Token);
        Assert.Equal(1, Count(Span));
        // A provider outside of the services has nobody who could tell it what to leave out.
        if (setUp != "provider-in-program")
            Assert.Equal(0, Count("GET /healthz"));
        if (setUp is not ("none" or "listener-to-all"))
            Assert.True(Count("the-shop") > 0);
    }

    public ValueTask DisposeAsync() => _collector.DisposeAsync();

    private static void SetUp(IServiceCollection services, string setUp)
    {
        if (setUp is "none" or "provider-in-program" or "listener-to-all")
            return;

        var telemetry = services.AddOpenTelemetry().ConfigureResource(resource => resource.AddService("the-shop"))
            .WithTracing(tracing => tracing.AddAspNetCoreInstrumentation());
        _ = setUp switch
        {
            "otlp" => telemetry.WithTracing(tracing => tracing.AddOtlpExporter()),
            "otlp-named" => telemetry.WithTracing(tracing => tracing.AddOtlpExporter("mine", _ => { })),
            "use-otlp" => telemetry.UseOtlpExporter(),
            "metrics-otlp" => telemetry.WithMetrics(metrics => OpenTelemetry.Metrics.OtlpMetricExporterExtensions.AddOtlpExporter(metrics)),
            _ => telemetry,
        };
    }

    private int Count(string text) => _received.Sum(body => body.Split(text).Length - 1);
}
