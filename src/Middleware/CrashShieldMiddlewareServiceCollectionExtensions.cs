using CrashShield.Hosting.Circuit;
using CrashShield.Hosting.Handoff;
using CrashShield.Hosting.Scheduling;
using CrashShield.Hosting.Telemetry;
using CrashShield.Middleware.Admission;
using CrashShield.Middleware.Drain;
using CrashShield.Middleware.Endpoints;
using CrashShield.Middleware.Exceptions;
using CrashShield.Middleware.Grpc;
using CrashShield.Middleware.Handoff;
using CrashShield.Middleware.Management;
using CrashShield.Middleware.Metrics;
using CrashShield.Middleware.SignalR;
using CrashShield.Middleware.Telemetry;
using CrashShield.Middleware;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using OpenTelemetry.Instrumentation.AspNetCore;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds the request path of CrashShield.</summary>
public static class CrashShieldMiddlewareServiceCollectionExtensions
{
    /// <summary>
    /// Adds what <c>app.UseCrashShield()</c> needs beside <c>services.AddCrashShield(configuration)</c>. Only hosts without a
    /// <c>WebApplicationBuilder</c> call it; <c>builder.AddCrashShield()</c> calls both.
    /// </summary>
    /// <param name="services">The services of the host.</param>
    /// <returns>The same services.</returns>
    public static IServiceCollection AddCrashShieldMiddleware(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        if (services.Any(service => service.ServiceType == typeof(CrashShieldPipeline)))
            return services;

        services.AddSingleton<CrashShieldPipeline>();
        // First, so that no other startup filter stands outside of the capture.
        services.Insert(0, ServiceDescriptor.Transient<IStartupFilter>(provider => provider.GetRequiredService<CrashShieldPipeline>()));
        services.AddExceptions();
        services.AddAdmission();
        services.AddEndpoints();
        services.AddListeners();
        services.AddSingleton<RequestTracing>();
        services.AddSingleton<ITracingPart>(provider => provider.GetRequiredService<RequestTracing>());
        services.AddSingleton<IPostConfigureOptions<AspNetCoreTraceInstrumentationOptions>>(provider => provider.GetRequiredService<RequestTracing>());
        return services;
    }

    private static void AddExceptions(this IServiceCollection services)
    {
        services.AddSingleton<FailureStatus>();
        services.AddSingleton<FrameworkDiagnostics>();
        services.AddSingleton<ProblemDetailsWriter>();
        services.AddSingleton<ErrorAnswerWriter>();
        services.AddSingleton<ApplicationHandlers>();
        services.AddSingleton<FailureAnswers>();
        services.AddSingleton<RequestFailureHandler>();
        services.AddSingleton<IDeveloperPageExceptionFilter, DeveloperPageObserver>();
        services.AddGrpcFailures();
        services.AddHubFailures();
    }

    private static void AddAdmission(this IServiceCollection services)
    {
        services.TryAddSingleton<ISessionClassifier, SessionClassifier>();
        services.AddSingleton<CrossOrigin>();
        services.AddSingleton<OwnProbes>();
        services.AddSingleton<AdmissionMetrics>();
        services.AddSingleton<AdmissionController>();
        services.AddSingleton<Refusal>();
    }

    private static void AddListeners(this IServiceCollection services)
    {
        services.AddSingleton<WarmConnections>();
        services.AddSingleton<IWarmUp, GateRehearsal>();
        services.AddSingleton<IWarmUp, WarmUp>();
        services.AddSingleton<IStartupFilter, WarmRequests>();
        services.AddSingleton<ConfiguredEndpoints>();
        services.AddSingleton<GatedListenerFactory>();
        // Sockets are only handed over where there are descriptors.
        if (OperatingSystem.IsLinux())
            services.AddTransport();
        // Alone it would have Kestrel believe that there is HTTP/3.
        if (services.Any(service => service.ServiceType == typeof(IMultiplexedConnectionListenerFactory)))
            services.AddSingleton<IMultiplexedConnectionListenerFactory, Http3Notice>();
    }

    // Kestrel asks the last one first: after its own, in the place of which it comes, and before those that the application has added.
    private static void AddTransport(this IServiceCollection services)
    {
        var transport = ServiceDescriptor.Singleton<IConnectionListenerFactory>(static provider => provider.GetRequiredService<GatedListenerFactory>());
        for (var i = services.Count; i > 0; i--)
        {
            if (services[i - 1].ServiceType == typeof(IConnectionListenerFactory) && services[i - 1].ImplementationType?.Assembly == typeof(SocketTransportOptions).Assembly)
            {
                services.Insert(i, transport);
                return;
            }
        }

        services.Add(transport);
    }

    private static void AddEndpoints(this IServiceCollection services)
    {
        services.AddSingleton<HealthState>();
        services.AddSingleton<HealthDetails>();
        services.AddSingleton<HealthEndpoints>();
        services.AddSingleton<ManagementRoutes>();
        services.AddSingleton(static provider => new ManagementMetrics(Prometheus.Metrics.DefaultRegistry, provider.GetRequiredService<ShieldSchedule>()));
        services.AddSingleton<ManagementAnswers>();
        services.AddSingleton<NonCoreMetrics>();
        services.AddSingleton<ICircuitReaction>(provider => provider.GetRequiredService<NonCoreMetrics>());
        services.AddHostedService<ManagementListener>();
        services.AddHostedService<ServerDrain>();
        services.AddSingleton<MatcherPolicy, ApplicationEndpointsFirst>();
    }
}
