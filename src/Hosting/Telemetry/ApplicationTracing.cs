using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry.Exporter;
using OpenTelemetry.Trace;

namespace CrashShield.Hosting.Telemetry;

#pragma warning disable CS0618 // Zipkin's exporter is retired in favour of OTLP, but Zipkin servers without an OTLP intake are still run.

/// <summary>What the application traces by itself. Asked once the host is built, so that it does not matter whether the application set it up before CrashShield or after.</summary>
internal sealed class ApplicationTracing(IServiceCollection services)
{
    /// <summary>Whether it builds a tracer provider.</summary>
    public bool IsUsed => services.Any(static service => service.ServiceType == typeof(TracerProvider));

    /// <summary>Whether it sends spans by OTLP: the limits of a span are only set up for an exporter of spans (or of logs), and one exporter for everything is set up under a name of its own.</summary>
    public bool SendsOtlp => services.Any(static service =>
        Mentions(service, typeof(OtlpExporterOptions).Assembly, "SdkLimitOptions") || Mentions(service, typeof(OtlpExporterOptions).Assembly, "UseOtlpExporterRegistration"));

    /// <summary>Whether it sends spans to Zipkin.</summary>
    public bool SendsZipkin => services.Any(static service => Mentions(service, typeof(ZipkinExporterOptions).Assembly, nameof(ZipkinExporterOptions)));

    private static bool Mentions(ServiceDescriptor service, System.Reflection.Assembly library, string type) =>
        IsCalled(service.ServiceType, library, type) || Array.Exists(service.ServiceType.GenericTypeArguments, argument => IsCalled(argument, library, type));

    private static bool IsCalled(Type candidate, System.Reflection.Assembly library, string type) => candidate.Assembly == library && candidate.Name == type;
}
