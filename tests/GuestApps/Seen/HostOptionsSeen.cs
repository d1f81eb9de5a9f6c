using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;

namespace CrashShield.GuestApps.Seen;

/// <summary>What code of the application would be told when it asks the container.</summary>
internal static class HostOptionsSeen
{
    public static IReadOnlyDictionary<string, string> Read(IServiceProvider services)
    {
        var host = services.GetRequiredService<IOptions<HostOptions>>().Value;
        var seen = new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            ["shutdown-timeout"] = host.ShutdownTimeout.ToString(),
            ["background-failure"] = host.BackgroundServiceExceptionBehavior.ToString(),
            ["concurrent-start"] = $"{host.ServicesStartConcurrently}/{host.ServicesStopConcurrently}",
            ["lifetime"] = services.GetService<IHostLifetime>()?.GetType().Name ?? "none",
            ["health-check-service"] = services.GetService<HealthCheckService>() is null ? "none" : "there",
            ["problem-details"] = services.GetService<IProblemDetailsService>() is null ? "none" : "there",
            ["time-provider"] = services.GetService<TimeProvider>() is null ? "none" : "there",
            ["exception-handlers"] = string.Join(", ", services.GetServices<IExceptionHandler>().Select(handler => handler.GetType().Name)),
        };
        if (services.GetService<IOptions<KestrelServerOptions>>()?.Value is { } kestrel)
        {
            seen["kestrel-limits"] = $"{kestrel.Limits.KeepAliveTimeout} {kestrel.Limits.MaxConcurrentConnections} {kestrel.Limits.MaxRequestBodySize}";
            seen["throw-on-bad-request"] = services.GetRequiredService<IOptions<RouteHandlerOptions>>().Value.ThrowOnBadRequest.ToString();
            seen["endpoints"] = string.Join(", ", services.GetServices<EndpointDataSource>().SelectMany(source => source.Endpoints).Select(Name).Order(StringComparer.Ordinal));
        }

        return seen;
    }

    private static string Name(Endpoint endpoint) => (endpoint as RouteEndpoint)?.RoutePattern.RawText ?? endpoint.DisplayName ?? "?";
}
