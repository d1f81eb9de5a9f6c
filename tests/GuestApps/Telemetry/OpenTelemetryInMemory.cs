using System.Diagnostics;
using CrashShield.GuestApps.Plays;
using CrashShield.GuestApps.Running;
using CrashShield.GuestApps.Seen;
using OpenTelemetry;
using OpenTelemetry.Trace;

namespace CrashShield.GuestApps.Telemetry;

internal static class OpenTelemetryInMemory
{
    private static readonly ActivitySource Source = new("Guest");

    public static Guest Guest { get; } = new("otel-in-memory", GuestKind.Api, "https://github.com/open-telemetry/opentelemetry-dotnet-contrib/issues/1749", Build)
    {
        About = ["Hosting/Telemetry", "Hosting/Failures"],
        Plays = [Play.Get("/fine"), Play.Get("/broken"), Play.Get("/inner"), Play.Get("/bad"), Play.Get("/healthz")],
    };

    private static WebApplication Build(GuestSetup setup)
    {
        var builder = setup.CreateBuilder();
        builder.Services.AddOpenTelemetry().WithTracing(tracing => tracing
            .AddSource(Source.Name)
            .AddAspNetCoreInstrumentation(options =>
            {
                options.RecordException = true;
                options.Filter = context => context.Request.Path != "/healthz";
                options.EnrichWithException = (activity, exception) => activity.SetTag("guest.enriched", exception.GetType().Name);
            })
            .AddProcessor(new SimpleActivityExportProcessor(new SeenExporter())));
        setup.Add(builder);
        var app = builder.Build();
        setup.Use(app);
        app.MapGet("/fine", () => "fine");
        app.MapGet("/broken", string () => throw new InvalidOperationException("broken"));
        app.MapGet("/bad", string () => throw new BadHttpRequestException("bad"));
        app.MapGet("/inner", string () =>
        {
            using var activity = Source.StartActivity("inner");
            throw new InvalidOperationException("inner");
        });
        return app;
    }

    private sealed class SeenExporter : BaseExporter<Activity>
    {
        public override ExportResult Export(in Batch<Activity> batch)
        {
            foreach (var activity in batch)
                SeenLog.Add(SeenKind.Span, SpanRecorder.Text(activity));
            return ExportResult.Success;
        }
    }
}
