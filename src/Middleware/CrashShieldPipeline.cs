using CrashShield.Hosting;
using CrashShield.Hosting.Drain;
using CrashShield.Middleware.Admission;
using CrashShield.Middleware.Exceptions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace CrashShield.Middleware;

/// <summary>
/// Puts the capture outside of everything, even of what the framework adds before the application's own middleware (developer
/// page, routing, authentication), wherever <c>UseCrashShield()</c> was called.
/// </summary>
internal sealed class CrashShieldPipeline(
    RequestFailureHandler handler,
    AdmissionController admission,
    Refusal refusal,
    ServingState serving,
    IOptions<CrashShieldOptions> options,
    IHostEnvironment environment,
    ILogger<CrashShieldPipeline> logger) : IStartupFilter
{
    private bool _hasOutermost;
    private bool _isUsed;

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
        if (options.Value.Admission.Enabled)
            next = new AdmissionMiddleware(next, admission, refusal).InvokeAsync;
        if (!_hasOutermost)
            return new CaptureMiddleware(next, handler, serving).InvokeAsync;

        return environment.IsDevelopment() ? new DevelopmentCaptureMiddleware(next, handler).InvokeAsync : next;
    }

    private RequestDelegate Outermost(RequestDelegate next)
    {
        if (_isUsed)
            return new CaptureMiddleware(next, handler, serving).InvokeAsync;

        CaptureLog.NotUsed(logger);
        return next;
    }
}
