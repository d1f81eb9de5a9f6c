using System.Diagnostics;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace CrashShield.Hosting.Telemetry;

#pragma warning disable CS0618 // Zipkin's exporter is retired in favour of OTLP, but Zipkin servers without an OTLP intake are still run.

/// <summary>
/// Sends spans where the configuration, or a standard variable, says. Where the application traces by itself, its provider gets the exporters that it lacks and stays as it is otherwise; where it does not,
/// there is a provider of our own.
/// </summary>
internal sealed class ShieldTracing(
    TraceExporters exporters,
    ApplicationTracing application,
    IEnumerable<ITracingPart> parts,
    IOptions<CrashShieldOptions> options,
    IConfiguration configuration,
    IHostEnvironment environment,
    IServiceProvider services,
    ILogger<ShieldTracing> logger) : IHostedService, IDisposable
{
    // What whoever traces a web application listens to.
    private const string RequestSource = "Microsoft.AspNetCore";
    private const string NobodysSource = "CrashShield.Nobody";

    private const int OtlpHttpPort = 4318;

    private readonly TelemetryOptions _telemetry = options.Value.Telemetry;

    // Hosted services are all made before one is started, and the application's own provider is built by one.
    private readonly bool _isTracedByOthers = IsTracedByOthers();
    private TracerProvider? _own;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        var chosen = exporters;
        if (_isTracedByOthers)
        {
            chosen = exporters.OursAlone;
            TelemetryLog.TracedByOthers(logger);
        }

        if (chosen is { Otlp: false, Zipkin: false })
            return Task.CompletedTask;
        if (!application.IsUsed)
            _own = Build(chosen);
        else if (services.GetService<TracerProvider>() is { } provider)
            AddMissing(provider, chosen);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    // With the host, after all that may still end a span.
    public void Dispose() => _own?.Dispose();

    // An agent (OpenTelemetry's automatic instrumentation), or a provider that Program has built by itself, before the host starts: it goes by the same variables, and each span would go out twice.
    // A listener to everything (a log's) is none of them: it sends nothing by the variables.
    private static bool IsTracedByOthers() => HasListeners(RequestSource) && !HasListeners(NobodysSource);

    private static bool HasListeners(string name)
    {
        using var source = new ActivitySource(name);
        return source.HasListeners();
    }

    private TracerProvider Build(TraceExporters chosen)
    {
        var tracing = Sdk.CreateTracerProviderBuilder()
            .ConfigureServices(own => own.AddSingleton(configuration))
            .AddSource(TelemetryNames.ActivitySource)
            .AddHttpClientInstrumentation();
        if (!exporters.NamesService)
            tracing.ConfigureResource(resource => resource.AddService(environment.ApplicationName));
        foreach (var part in parts)
            part.AddTo(tracing);
        if (chosen.Otlp)
            tracing.AddOtlpExporter(SetEndpoint);
        if (chosen.Zipkin)
            tracing.AddZipkinExporter(SetEndpoint);
        return tracing.Build();
    }

    private void AddMissing(TracerProvider provider, TraceExporters chosen)
    {
        if (chosen.Otlp && !application.SendsOtlp)
        {
            var otlp = OtlpOptions();
            SetEndpoint(otlp);
            provider.AddProcessor(Batched(new OtlpTraceExporter(otlp)));
        }

        if (chosen.Zipkin && !application.SendsZipkin)
        {
            var zipkin = new ZipkinExporterOptions();
            SetEndpoint(zipkin);
            provider.AddProcessor(Batched(new ZipkinExporter(zipkin)));
        }
    }

    // Created by itself it would read the environment alone, and not the rest of the configuration.
    private OtlpExporterOptions OtlpOptions()
    {
        var own = new ServiceCollection().AddSingleton(configuration);
        own.AddOpenTelemetry().WithTracing(tracing => tracing.AddOtlpExporter());
        using var provider = own.BuildServiceProvider();
        return provider.GetRequiredService<IOptionsMonitor<OtlpExporterOptions>>().CurrentValue;
    }

    private static BatchActivityExportProcessor Batched(BaseExporter<Activity> exporter) => new(exporter);

    // Given in code (or by the variable for traces alone, which the exporter does not read), an address is taken as it is: the exporter adds the path of OTLP over HTTP only to the standard variable's.
    private void SetEndpoint(OtlpExporterOptions otlp)
    {
        if ((_telemetry.OtlpEndpoint ?? exporters.OtlpTracesEndpoint) is not { } endpoint)
            return;

        var isHttp = endpoint.Port == OtlpHttpPort || endpoint.AbsolutePath.Length > 1;
        otlp.Protocol = isHttp ? OtlpExportProtocol.HttpProtobuf : OtlpExportProtocol.Grpc;
        otlp.Endpoint = isHttp && endpoint.AbsolutePath.Length == 1 ? new Uri(endpoint, "v1/traces") : endpoint;
    }

    private void SetEndpoint(ZipkinExporterOptions zipkin) => zipkin.Endpoint = _telemetry.ZipkinEndpoint ?? zipkin.Endpoint;
}
