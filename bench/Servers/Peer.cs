using CrashShield.Middleware.Metrics;
using Prometheus;

namespace CrashShield.Servers;

/// <summary>One way to answer failures. Everything else is the same for all.</summary>
/// <param name="Name">Its name on the command line.</param>
/// <param name="Add">Adds its services.</param>
/// <param name="Use">Puts it into the pipeline.</param>
internal sealed record Peer(string Name, Action<WebApplicationBuilder> Add, Action<WebApplication> Use)
{
    public static IReadOnlyList<Peer> All { get; } =
    [
        new("shield", builder => builder.AddCrashShield(), app => app.UseCrashShield()),
        new("exception-handler", builder => builder.Services.AddProblemDetails(), app => WithMetrics(app).UseExceptionHandler()),
        new("try-catch", _ => { }, app => WithMetrics(app).Use(TryCatch)),
    ];

    public static Peer? Find(string name) => All.FirstOrDefault(peer => peer.Name == name);

    // Metrics are on, on all sides, through the same bridge to Prometheus: the shield counts its failures, the framework those that its handler
    // answers. Any listener to meters makes every throw of the process dearer, because the runtime then counts throws.
    private static WebApplication WithMetrics(WebApplication app)
    {
        PrometheusBridge.Show(["Microsoft.AspNetCore.Diagnostics"]);
        app.MapMetrics();
        return app;
    }

    private static RequestDelegate TryCatch(RequestDelegate next) => async context =>
    {
        try
        {
            await next(context);
        }
        catch (Exception)
        {
            context.Response.StatusCode = StatusCodes.Status500InternalServerError;
        }
    };
}
