using CrashShield.Hosting;
using CrashShield.Hosting.Drain;
using CrashShield.Middleware.Admission;
using CrashShield.Middleware.Endpoints;
using CrashShield.Middleware.Exceptions;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace CrashShield.Middleware;

/// <summary>The two stages of the pipeline, put together.</summary>
internal sealed class PipelineStages(
    RequestFailureHandler handler,
    AdmissionController admission,
    Refusal refusal,
    ServingState serving,
    ManagementRoutes routes,
    IOptions<CrashShieldOptions> options,
    IHostEnvironment environment,
    ILogger<CrashShieldPipeline> logger)
{
    /// <summary>The stage at the place where <c>UseCrashShield()</c> was called.</summary>
    /// <param name="next">What comes after it.</param>
    /// <param name="isBeforeRouting">Whether the application calls <c>UseRouting()</c> after it.</param>
    /// <param name="hasOutermost">Whether the other stage stands outside of it.</param>
    public RequestDelegate Inner(RequestDelegate next, bool isBeforeRouting, bool hasOutermost)
    {
        var isAdmitting = options.Value.Admission.Enabled;
        if (isAdmitting && isBeforeRouting)
            CaptureLog.BeforeRouting(logger);
        RequestDelegate stage = new ShieldMiddleware(next, handler, isAdmitting ? admission : null, refusal, environment.IsDevelopment()).InvokeAsync;
        return hasOutermost ? stage : new CaptureMiddleware(stage, handler, serving).InvokeAsync;
    }

    /// <summary>The stage outside of everything.</summary>
    public RequestDelegate Outermost(RequestDelegate next)
    {
        if (!routes.IsMapped && options.Value.Endpoints is { Map: true, ManagementPort: null } or { Map: false, ManagementPort: not null })
            CaptureLog.EndpointsNotMapped(logger);
        return new CaptureMiddleware(new ManagementMiddleware(next, routes, options).InvokeAsync, handler, serving).InvokeAsync;
    }

    /// <summary>Says that the application does not use the shield.</summary>
    public RequestDelegate Missing(RequestDelegate next)
    {
        CaptureLog.NotUsed(logger);
        return next;
    }
}
