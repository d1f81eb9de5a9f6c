using CrashShield.Hosting;
using CrashShield.Hosting.Drain;
using CrashShield.Middleware.Admission;
using CrashShield.Middleware.Endpoints;
using CrashShield.Middleware.Exceptions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace CrashShield.Middleware;

/// <summary>
/// Puts one stage at the place where <c>UseCrashShield()</c> was called, and one outside of everything, even of what the framework adds before the application's own middleware (developer page, routing,
/// authentication), for what escapes the first.
/// </summary>
internal sealed class CrashShieldPipeline(
    RequestFailureHandler handler,
    AdmissionController admission,
    Refusal refusal,
    AdmissionMetrics metrics,
    ServingState serving,
    ManagementRoutes routes,
    IOptions<CrashShieldOptions> options,
    IHostEnvironment environment,
    ILogger<CrashShieldPipeline> logger) : IStartupFilter
{
    private bool _hasOutermost;
    private bool _isUsed;

    /// <summary>Whether <c>UseCrashShield()</c> was called.</summary>
    public bool IsUsed => _isUsed;

    /// <summary>Marks the shield as used. False when it was already.</summary>
    public bool TryUse() => !_isUsed && (_isUsed = true);

    /// <inheritdoc/>
    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        _hasOutermost = true;
        // Decided when the pipeline is built, which is after the application has configured it.
        app.Use(Outermost);
        next(app);
    };

    /// <summary>The stage at the place where <c>UseCrashShield()</c> was called.</summary>
    /// <param name="next">What comes after it.</param>
    /// <param name="isBeforeRouting">Whether the application calls <c>UseRouting()</c> after it.</param>
    public RequestDelegate Inner(RequestDelegate next, bool isBeforeRouting)
    {
        if (options.Value.Admission.Enabled && isBeforeRouting)
            CaptureLog.BeforeRouting(logger);
        var isAdmitting = options.Value.Admission.Enabled;
        RequestDelegate stage = new ShieldMiddleware(next, handler, isAdmitting ? admission : null, refusal, serving, metrics, environment.IsDevelopment()).InvokeAsync;
        return _hasOutermost ? stage : new CaptureMiddleware(stage, handler, serving).InvokeAsync;
    }

    private RequestDelegate Outermost(RequestDelegate next)
    {
        if (_isUsed && !routes.IsMapped && options.Value.Endpoints is { Map: true, ManagementPort: null } or { Map: false, ManagementPort: not null })
            CaptureLog.EndpointsNotMapped(logger);
        if (_isUsed)
            return new CaptureMiddleware(new ManagementMiddleware(next, routes, options).InvokeAsync, handler, serving).InvokeAsync;

        CaptureLog.NotUsed(logger);
        return next;
    }
}
