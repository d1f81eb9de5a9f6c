using CrashShield.Hosting;
using CrashShield.Hosting.Telemetry;
using CrashShield.Middleware.Endpoints;
using CrashShield.Middleware.Metrics;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Prometheus;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Maps the endpoints of CrashShield.</summary>
public static class CrashShieldEndpointRouteBuilderExtensions
{
    /// <summary>
    /// Maps <c>/healthz</c>, <c>/healthz/live</c>, <c>/healthz/ready</c>, <c>/healthz/startup</c>, their short names <c>/livez</c> and
    /// <c>/readyz</c>, and <c>/metrics</c>. <c>UseCrashShield()</c> does it for a <see cref="WebApplication"/>. Mapping twice is the same as once.
    /// </summary>
    /// <param name="endpoints">The routes of the application.</param>
    /// <returns>The same routes.</returns>
    /// <exception cref="InvalidOperationException"><c>AddCrashShield</c> was not called.</exception>
    public static IEndpointRouteBuilder MapCrashShield(this IEndpointRouteBuilder endpoints)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        var health = endpoints.ServiceProvider.GetService<HealthEndpoints>() ?? throw new InvalidOperationException(
            "MapCrashShield() needs CrashShield's services. Call builder.AddCrashShield() before builder.Build().");
        if (!health.TryMap())
            return endpoints;

        var options = endpoints.ServiceProvider.GetRequiredService<IOptions<CrashShieldOptions>>().Value;
        endpoints.Map(ManagementPaths.Health, health.LiveAsync).Manage(options.Endpoints);
        endpoints.Map(ManagementPaths.Live, health.LiveAsync).Manage(options.Endpoints);
        endpoints.Map(ManagementPaths.LiveShort, health.LiveAsync).Manage(options.Endpoints);
        endpoints.Map(ManagementPaths.Ready, health.ReadyAsync).Manage(options.Endpoints);
        endpoints.Map(ManagementPaths.ReadyShort, health.ReadyAsync).Manage(options.Endpoints);
        endpoints.Map(ManagementPaths.Startup, health.StartedAsync).Manage(options.Endpoints);
        endpoints.ServiceProvider.GetRequiredService<NonCoreMetrics>().Follow(
            PrometheusBridge.Show(options.Telemetry.Meters, endpoints.ServiceProvider.GetRequiredService<ShieldMeter>()));
        endpoints.MapMetrics(ManagementPaths.Metrics).Manage(options.Endpoints);
        return endpoints;
    }
}
