using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace CrashShield.Middleware;

/// <summary>
/// Puts one stage at the place where <c>UseCrashShield()</c> was called, and one outside of everything, even of what the framework adds before the application's own middleware (developer page, routing,
/// authentication), for what escapes the first.
/// </summary>
/// <param name="services">Gives what the stages need, when the pipeline is built.</param>
internal sealed class CrashShieldPipeline(IServiceProvider services) : IStartupFilter
{
    private bool _hasOutermost;
    private bool _isUsed;

    private PipelineStages Stages => services.GetRequiredService<PipelineStages>();

    /// <summary>Marks the shield as used. False when it was already.</summary>
    public bool TryUse() => !_isUsed && (_isUsed = true);

    /// <inheritdoc/>
    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        _hasOutermost = true;
        // Decided when the pipeline is built, which is after the application has configured it.
        app.Use(pipeline => _isUsed ? Stages.Outermost(pipeline) : Stages.Missing(pipeline));
        next(app);
    };

    /// <summary>The stage at the place where <c>UseCrashShield()</c> was called.</summary>
    /// <param name="next">What comes after it.</param>
    /// <param name="isBeforeRouting">Whether the application calls <c>UseRouting()</c> after it.</param>
    public RequestDelegate Inner(RequestDelegate next, bool isBeforeRouting) => Stages.Inner(next, isBeforeRouting, _hasOutermost);
}
