using CrashShield.Hosting;
using CrashShield.Hosting.Drain;
using CrashShield.Hosting.Telemetry;
using CrashShield.Middleware.Endpoints;
using CrashShield.Middleware.Metrics;
using Microsoft.AspNetCore.Http;
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
    /// <c>/readyz</c>, and <c>/metrics</c>. <c>UseCrashShield()</c> does it for a <see cref="WebApplication"/>. Mapping twice is the same as once, unless it is in a group,
    /// where the paths have its prefix and who may ask is for the group to say; at the root everybody may.
    /// </summary>
    /// <param name="endpoints">The routes of the application.</param>
    /// <returns>The same routes.</returns>
    /// <exception cref="InvalidOperationException"><c>AddCrashShield</c> was not called, or <c>Endpoints:DetailsPolicy</c> names no policy.</exception>
    public static IEndpointRouteBuilder MapCrashShield(this IEndpointRouteBuilder endpoints)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        var routes = endpoints.ServiceProvider.GetService<ManagementRoutes>() ?? throw new InvalidOperationException(
            "MapCrashShield() needs CrashShield's services. Call builder.AddCrashShield() before builder.Build().");
        // In a group their paths are others.
        var isFirst = routes.TryMap();
        if (!isFirst && endpoints is not RouteGroupBuilder)
            return endpoints;

        endpoints.ServiceProvider.GetRequiredService<HealthDetails>().Check(endpoints.ServiceProvider);
        var options = endpoints.ServiceProvider.GetRequiredService<IOptions<CrashShieldOptions>>().Value;
        var health = endpoints.ServiceProvider.GetRequiredService<HealthEndpoints>();
        Map(ManagementPaths.Health, health.LiveAsync);
        Map(ManagementPaths.Live, health.LiveAsync);
        Map(ManagementPaths.LiveShort, health.LiveAsync);
        Map(ManagementPaths.Ready, health.ReadyAsync);
        Map(ManagementPaths.ReadyShort, health.ReadyAsync);
        Map(ManagementPaths.Startup, health.StartedAsync);
        if (isFirst)
        {
            endpoints.ServiceProvider.GetRequiredService<NonCoreMetrics>().Follow(
                PrometheusBridge.Show(options.Telemetry.Meters, endpoints.ServiceProvider.GetRequiredService<ShieldMeter>()));
        }

        endpoints.ServiceProvider.GetRequiredService<ServingState>().AnswersLiveness = true;
        // Made for the first scraper, and not while the application starts.
        var metrics = new Lazy<RequestDelegate>(() => endpoints.CreateApplicationBuilder().UseMetricServer(url: null).Build());
        Map(ManagementPaths.Metrics, context => metrics.Value(context));
        return endpoints;

        void Map(string path, RequestDelegate answer)
        {
            var serve = endpoints.MapManagement(path, answer, options.Endpoints);
            // A group puts its prefix before the path.
            if (endpoints is not RouteGroupBuilder)
                routes.Map(path, serve);
        }
    }
}
