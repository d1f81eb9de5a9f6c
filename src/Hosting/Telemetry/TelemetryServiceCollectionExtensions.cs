using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OpenTelemetry.Trace;

namespace CrashShield.Hosting.Telemetry;

internal static class TelemetryServiceCollectionExtensions
{
    /// <summary>
    /// Sends spans when, and only when, the configuration or a standard variable names somewhere to send them to. Otherwise nobody listens, and no request pays for a span. A provider of the application's
    /// gets our spans in any case.
    /// </summary>
    public static void AddTelemetry(this IServiceCollection services, IConfiguration configuration)
    {
        services.ConfigureOpenTelemetryTracerProvider(static tracing => tracing.AddSource(TelemetryNames.ActivitySource));
        var exporters = TraceExporters.From(configuration);
        if (exporters is { Otlp: false, Zipkin: false })
            return;

        services.AddSingleton(exporters);
        services.AddSingleton(new ApplicationTracing(services));
        // First, so that what other services do at the start is traced.
        services.Insert(0, ServiceDescriptor.Singleton<IHostedService, ShieldTracing>());
    }
}
