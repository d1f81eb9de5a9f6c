using CrashShield.Hosting.Telemetry;
using Microsoft.AspNetCore.Diagnostics;

namespace CrashShield.Benchmarks.Capture;

/// <summary>The pipelines that are compared, built as an application's are, and requests to run through them.</summary>
internal static class Pipelines
{
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

    public static RequestDelegate Shield(RequestDelegate endpoint, Action<IEnumerable<string>, ShieldMeter>? show = null) => Build(
        endpoint,
        services => services.AddCrashShield(new ConfigurationBuilder().Build()).AddCrashShieldMiddleware(),
        app =>
        {
            app.UseCrashShield();
            show?.Invoke([TelemetryNames.Meter], app.ApplicationServices.GetRequiredService<ShieldMeter>());
        });

    public static RequestDelegate ExceptionHandler(RequestDelegate endpoint) => Build(
        endpoint, services => services.AddProblemDetails(), app => app.UseExceptionHandler());

    public static RequestDelegate ExceptionHandler<T>(RequestDelegate endpoint)
        where T : class, IExceptionHandler => Build(
        endpoint, services => services.AddProblemDetails().AddExceptionHandler<T>(), app => app.UseExceptionHandler());

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
}
