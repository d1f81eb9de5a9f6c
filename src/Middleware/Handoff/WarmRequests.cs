using CrashShield.Hosting.Handoff;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace CrashShield.Middleware.Handoff;

/// <summary>Keeps the requests of the warm-up out of the server's metrics, which would show hundreds that nobody has sent with each restart.</summary>
internal sealed class WarmRequests(AcceptGate gate) : IStartupFilter
{
    /// <summary>On each connection of the warm-up.</summary>
    public sealed class Mark
    {
        public static readonly Mark Instance = new();
    }

    public static bool Contains(HttpContext context) => context.Features.Get<Mark>() is not null;

    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        // Where nobody leads, it is open before the server starts, and nothing is warmed up.
        if (!gate.IsOpen)
            app.Use(Uncounted);
        next(app);
    };

    private RequestDelegate Uncounted(RequestDelegate next) => context =>
    {
        if (!gate.IsOpen && Contains(context) && context.Features.Get<IHttpMetricsTagsFeature>() is { } metrics)
            metrics.MetricsDisabled = true;
        return next(context);
    };
}
