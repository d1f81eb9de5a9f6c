using CrashShield.Hosting.Configuration;
using Microsoft.Extensions.Configuration;

namespace CrashShield.Hosting.Telemetry;

/// <summary>Which exporters the configuration switches on: our own section, or the variables of the OpenTelemetry specification.</summary>
/// <param name="Otlp">Whether traces are sent by OTLP.</param>
/// <param name="Zipkin">Whether spans are sent to Zipkin.</param>
/// <param name="OtlpTracesEndpoint">The address in the variable for traces alone.</param>
/// <param name="NamesService">Whether a variable already names the service.</param>
/// <param name="Ours">Those that our own section asks for. The variables are for whatever traces in the process.</param>
internal sealed record TraceExporters(bool Otlp, bool Zipkin, Uri? OtlpTracesEndpoint, bool NamesService, (bool Otlp, bool Zipkin) Ours)
{
    private const string OtlpTracesVariable = "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT";

    /// <summary>Without those of the variables.</summary>
    public TraceExporters OursAlone => this with { Otlp = Ours.Otlp, Zipkin = Ours.Zipkin };

    public static TraceExporters From(IConfiguration configuration)
    {
        var names = configuration["OTEL_TRACES_EXPORTER"]?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        var isOff = IsTrue(configuration["OTEL_SDK_DISABLED"]) || names is ["none"];
        var telemetry = configuration.GetSection(ConfigurationKey.Section).GetSection(nameof(CrashShieldOptions.Telemetry));

        return new(
            !isOff && (names?.Contains("otlp") ?? IsSet(
                telemetry[nameof(TelemetryOptions.OtlpEndpoint)],
                configuration["OTEL_EXPORTER_OTLP_ENDPOINT"],
                configuration[OtlpTracesVariable])),
            !isOff && (names?.Contains("zipkin") ?? IsSet(
                telemetry[nameof(TelemetryOptions.ZipkinEndpoint)],
                configuration["OTEL_EXPORTER_ZIPKIN_ENDPOINT"])),
            Uri.TryCreate(configuration[OtlpTracesVariable], UriKind.Absolute, out var tracesEndpoint) ? tracesEndpoint : null,
            IsSet(configuration["OTEL_SERVICE_NAME"])
                || configuration["OTEL_RESOURCE_ATTRIBUTES"]?.Contains("service.name=", StringComparison.Ordinal) == true,
            (!isOff && IsSet(telemetry[nameof(TelemetryOptions.OtlpEndpoint)]), !isOff && IsSet(telemetry[nameof(TelemetryOptions.ZipkinEndpoint)])));
    }

    private static bool IsTrue(string? value) => bool.TryParse(value, out var isTrue) && isTrue;

    private static bool IsSet(params ReadOnlySpan<string?> values)
    {
        foreach (var value in values)
        {
            if (!string.IsNullOrWhiteSpace(value))
                return true;
        }

        return false;
    }
}
