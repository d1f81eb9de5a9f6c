using CrashShield.Hosting.Configuration;

namespace CrashShield.Hosting.Telemetry;

/// <summary>Where traces go and which meters <c>/metrics</c> shows (<c>CrashShield:Telemetry</c>).</summary>
public sealed class TelemetryOptions : ISettings
{
    /// <summary>
    /// Where OTLP traces are sent (Jaeger, Tempo, a collector), for example <c>http://127.0.0.1:4317</c>.
    /// Default: none, and the standard <c>OTEL_EXPORTER_OTLP_*</c> variables decide.
    /// </summary>
    [HttpAddress]
    public Uri? OtlpEndpoint { get; set; }

    /// <summary>
    /// Where Zipkin spans are sent, for example <c>http://127.0.0.1:9411/api/v2/spans</c>.
    /// Default: none, and <c>OTEL_EXPORTER_ZIPKIN_ENDPOINT</c> decides.
    /// </summary>
    [HttpAddress]
    public Uri? ZipkinEndpoint { get; set; }

    /// <summary>
    /// The meters that <c>/metrics</c> shows; <c>*</c> at the end of a name stands for any rest.
    /// Names given in the configuration are added to the default, CrashShield's own, which costs a request nothing.
    /// <c>Microsoft.AspNetCore.*</c> records every request, <c>System.Runtime</c> every throw and rethrow of an exception: both have their price.
    /// </summary>
    public ISet<string> Meters { get; } = new HashSet<string>(StringComparer.Ordinal)
    {
        TelemetryNames.Meter,
    };

    /// <summary>
    /// The log categories, with all below them, whose levels stay as they are while the circuit is not closed and the log is held at <c>Warning</c>: an audit, say. Default: none beside CrashShield's own
    /// lines and those of the host's start and stop.
    /// </summary>
    public ISet<string> KeptLogCategories { get; } = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
}
