using CrashShield.Hosting;
using CrashShield.Middleware;
using CrashShield.Middleware.SignalR;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Puts CrashShield into the pipeline.</summary>
public static class CrashShieldApplicationBuilderExtensions
{
    /// <summary>
    /// Answers at this place what fails after it, and, outside of everything, what fails before it. Maps the endpoints when the application routes them by itself (a <see cref="WebApplication"/>) and
    /// <c>CrashShield:Endpoints:Map</c> is not false. Calling it twice is the same as once.
    /// </summary>
    /// <param name="app">The application.</param>
    /// <returns>The same application.</returns>
    /// <exception cref="InvalidOperationException"><c>AddCrashShield</c> was not called.</exception>
    /// <exception cref="OptionsValidationException">A setting is out of range.</exception>
    public static IApplicationBuilder UseCrashShield(this IApplicationBuilder app)
    {
        ArgumentNullException.ThrowIfNull(app);
        var pipeline = app.ApplicationServices.GetService<CrashShieldPipeline>() ?? throw new InvalidOperationException(
            "UseCrashShield() needs CrashShield's services. Call builder.AddCrashShield() before builder.Build(), or, without a " +
            "WebApplicationBuilder, services.AddCrashShield(configuration) and services.AddCrashShieldMiddleware().");
        if (!pipeline.TryUse())
            return app;

        app.ApplicationServices.AddHubFailures();
        var isRouted = IsRouted(app);
        app.Use(next => pipeline.Inner(next, isBeforeRouting: !isRouted && IsRouted(app)));
        var endpoints = app.ApplicationServices.GetRequiredService<IOptions<CrashShieldOptions>>().Value.Endpoints;
        if (endpoints.Map && app is IEndpointRouteBuilder routes)
            routes.MapCrashShield();
        return app;
    }

    // What UseRouting() leaves behind, before the application's own middleware too: a WebApplication that routes by itself, outside of them, has none of it.
    private static bool IsRouted(IApplicationBuilder app) => app.Properties.ContainsKey("__EndpointRouteBuilder");
}
