using CrashShield.GuestApps.Plays;
using CrashShield.GuestApps.Running;
using CrashShield.GuestApps.Seen;
using OpenTelemetry.Exporter;
using OpenTelemetry.Trace;

namespace CrashShield.GuestApps.Telemetry;

/// <summary>An application that exports by OTLP already, to where the standard variable says: a collector here, which counts.</summary>
internal static class OtlpExport
{
    public static Guest Guest { get; } = new("otlp-export", GuestKind.Api, "dotnet new aspire-starter, service defaults with an exporter", Build)
    {
        IsShort = true,
        About = ["Hosting/Telemetry"],
        Plays = [Play.Get("/fine"), Play.Get("/flush"), Play.Get("/flush")],
    };

    private static WebApplication Build(GuestSetup setup)
    {
        var collector = OtlpCollector.Start();
        var builder = setup.CreateBuilder($"--OTEL_EXPORTER_OTLP_ENDPOINT={collector}", "--OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf");
        builder.Services.AddOpenTelemetry().WithTracing(tracing => tracing
            .AddAspNetCoreInstrumentation(options => options.Filter = context => context.Request.Path == "/fine")
            .AddOtlpExporter(options =>
            {
                options.Endpoint = new Uri($"{collector}v1/traces");
                options.Protocol = OtlpExportProtocol.HttpProtobuf;
            }));
        setup.Add(builder);
        var app = builder.Build();
        setup.Use(app);
        app.MapGet("/fine", () => "fine");
        app.MapGet("/flush", (TracerProvider tracing) =>
        {
            tracing.ForceFlush();
            SeenLog.Note($"collector: {OtlpCollector.TakeCount()} exports of traces");
            return "flushed";
        });
        return app;
    }
}
