using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using OpenTelemetry.Exporter;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace CrashShield.Hosting.Telemetry;

#pragma warning disable CS0618 // Zipkin's exporter is retired in favour of OTLP, but Zipkin servers without an OTLP intake are still run.

internal static class TelemetryServiceCollectionExtensions
{
    private const int OtlpHttpPort = 4318;

    /// <summary>
    /// Adds tracing when, and only when, the configuration or a standard variable names somewhere to send traces to.
    /// Otherwise nobody listens, and no request pays for a span.
    /// </summary>
    public static void AddTelemetry(this IServiceCollection services, IConfiguration configuration)
    {
        var exporters = TraceExporters.From(configuration);
        if (exporters is { Otlp: false, Zipkin: false })
            return;

        services.AddOpenTelemetry().WithTracing(tracing =>
        {
            tracing.AddSource(TelemetryNames.ActivitySource).AddHttpClientInstrumentation();
            if (exporters.Otlp)
                tracing.AddOtlpExporter();
            if (exporters.Zipkin)
                tracing.AddZipkinExporter();
        });
        services.ConfigureOpenTelemetryTracerProvider((provider, tracing) =>
        {
            if (!exporters.NamesService)
                tracing.ConfigureResource(resource => resource.AddService(provider.GetRequiredService<IHostEnvironment>().ApplicationName));
        });
        services.AddOptions<OtlpExporterOptions>().Configure<IOptions<CrashShieldOptions>>(
            (otlp, shield) => SetEndpoint(otlp, shield.Value.Telemetry.OtlpEndpoint ?? exporters.OtlpTracesEndpoint));
        services.AddOptions<ZipkinExporterOptions>().Configure<IOptions<CrashShieldOptions>>(
            static (zipkin, shield) => zipkin.Endpoint = shield.Value.Telemetry.ZipkinEndpoint ?? zipkin.Endpoint);
    }

    // Given in code (or by the variable for traces alone, which the exporter does not read), an address is taken as it is: the exporter adds the path of OTLP over HTTP only to the standard variable's.
    private static void SetEndpoint(OtlpExporterOptions otlp, Uri? endpoint)
    {
        if (endpoint is null)
            return;

        var isHttp = endpoint.Port == OtlpHttpPort || endpoint.AbsolutePath.Length > 1;
        otlp.Protocol = isHttp ? OtlpExportProtocol.HttpProtobuf : OtlpExportProtocol.Grpc;
        otlp.Endpoint = isHttp && endpoint.AbsolutePath.Length == 1 ? new Uri(endpoint, "v1/traces") : endpoint;
    }
}
