using System.Diagnostics;
using Microsoft.AspNetCore.Http.Features;

namespace CrashShield.Benchmarks.Capture;

/// <summary>The pipelines that are compared, built as an application's are, and requests to run through them.</summary>
internal static class Pipelines
{
    private static readonly ActivitySource Source = new("CrashShield.Benchmarks");

    public static RequestDelegate Build(RequestDelegate endpoint, Action<IServiceCollection> add, Action<IApplicationBuilder> use)
    {
        var builder = WebApplication.CreateSlimBuilder();
        // Nothing is logged on either side: a log provider would cost more than all that is measured.
        builder.Logging.ClearProviders();
        add(builder.Services);
        // Kept alive by the delegate. Its web server is never started.
        var host = builder.Build();
        var app = new ApplicationBuilder(host.Services);
        use(app);
        app.Run(endpoint);
        return app.Build();
    }

    public static RequestDelegate Bare(RequestDelegate endpoint) => Build(endpoint, _ => { }, _ => { });

    public static RequestDelegate Shield(RequestDelegate endpoint) => Build(
        endpoint,
        services => services.AddCrashShield(new ConfigurationBuilder().Build()).AddCrashShieldMiddleware(),
        app => app.UseCrashShield());

    public static RequestDelegate ExceptionHandler(RequestDelegate endpoint) => Build(
        endpoint, services => services.AddProblemDetails(), app => app.UseExceptionHandler());

    public static RequestDelegate TryCatch(RequestDelegate endpoint) => Build(endpoint, _ => { }, app => app.Use(next => async context =>
    {
        try
        {
            await next(context);
        }
        catch (Exception)
        {
            context.Response.StatusCode = StatusCodes.Status500InternalServerError;
        }
    }));

    /// <summary>Listens to every span, as an exporter with full sampling does.</summary>
    public static ActivityListener Trace()
    {
        var listener = new ActivityListener
        {
            ShouldListenTo = static _ => true,
            Sample = static (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
        };
        ActivitySource.AddActivityListener(listener);
        return listener;
    }

    public static Activity? StartActivity(HttpContext context)
    {
        var activity = Source.StartActivity("GET /orders/{id}", ActivityKind.Server);
        if (activity is not null)
            context.Features.Set<IHttpActivityFeature>(new ActivityFeature { Activity = activity });
        return activity;
    }

    private sealed class ActivityFeature : IHttpActivityFeature
    {
        public required Activity Activity { get; set; }
    }
}
