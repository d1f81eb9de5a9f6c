using System.Threading.RateLimiting;
using OpenTelemetry.Trace;
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
        new("shield", static builder => builder.AddCrashShield(), static app => app.UseCrashShield()),
        // With only the monitors that MONITORS names, none without it.
        new("shield-without-monitors", static builder =>
        {
            builder.AddCrashShield();
            Monitors.RemoveAllBut(builder.Services, builder.Configuration["MONITORS"]?.Split(',') ?? []);
        }, static app => app.UseCrashShield()),
        // The same work with what there is: the failure in /metrics through prometheus-net, and in the span as .NET records it.
        new("exception-handler", static builder => Traced(builder).Services.AddProblemDetails().AddExceptionHandler<SpanRecorder>(), static app =>
        {
            app.MapMetrics();
            app.UseExceptionHandler();
        }),
        // Neither metrics nor the failure in the span.
        new("exception-handler-bare", static builder => Traced(builder).Services.AddProblemDetails(), static app => app.UseExceptionHandler()),
        new("nothing", static _ => { }, static _ => { }),
        new("rate-limiter", AddRateLimiter, static app => app.UseRateLimiter()),
        new("try-catch", static builder => Traced(builder), static app => app.Use(TryCatch)),
    ];

    public static Peer? Find(string name) => All.FirstOrDefault(peer => peer.Name == name);

    // The shield switches tracing on by the same variable.
    private static WebApplicationBuilder Traced(WebApplicationBuilder builder)
    {
        if (builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"] is not null)
            builder.Services.AddOpenTelemetry().WithTracing(static tracing => tracing.AddAspNetCoreInstrumentation().AddOtlpExporter());
        return builder;
    }

    private static void AddRateLimiter(WebApplicationBuilder builder)
    {
        var permits = builder.Configuration.GetValue("PERMITS", 16);
        builder.Services.AddRateLimiter(limiter =>
        {
            limiter.RejectionStatusCode = StatusCodes.Status503ServiceUnavailable;
            limiter.GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, string>(
                _ => RateLimitPartition.GetConcurrencyLimiter("all", _ => new() { PermitLimit = permits, QueueLimit = 0 }));
        });
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
