using System.Diagnostics.CodeAnalysis;
using CrashShield.Hosting.Outbound;
using Microsoft.Extensions.DependencyInjection;
using Polly.CircuitBreaker;

namespace Polly;

/// <summary>Refuses outbound calls while the process is degraded.</summary>
public static class FailFastResiliencePipelineBuilderExtensions
{
    /// <summary>
    /// Adds a stage that refuses calls to a dependency that is not core with an <see cref="IsolatedCircuitException"/> while the health circuit is not closed, at once and
    /// without leaving the process. Put it outermost, before retries. It never opens by itself: for that, add a circuit breaker of its own. Calls of health checks and of pressure sources pass, as they
    /// decide when the circuit closes.
    /// </summary>
    /// <param name="builder">The pipeline.</param>
    /// <param name="services">The services of the host, with CrashShield among them.</param>
    /// <returns>The same builder.</returns>
    /// <exception cref="InvalidOperationException"><c>AddCrashShield</c> was not called.</exception>
    public static ResiliencePipelineBuilder AddCrashShieldFailFast(this ResiliencePipelineBuilder builder, IServiceProvider services) => Add(builder, services);

    /// <inheritdoc cref="AddCrashShieldFailFast(ResiliencePipelineBuilder, IServiceProvider)"/>
    /// <typeparam name="TResult">The result of the pipeline.</typeparam>
    public static ResiliencePipelineBuilder<TResult> AddCrashShieldFailFast<TResult>(this ResiliencePipelineBuilder<TResult> builder, IServiceProvider services) => Add(builder, services);

    [UnconditionalSuppressMessage("Trimming", "IL2026", Justification = "The options have nothing to validate.")]
    private static TBuilder Add<TBuilder>(TBuilder builder, IServiceProvider services)
        where TBuilder : ResiliencePipelineBuilderBase
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(services);
        var control = services.GetRequiredService<FailFastControl>();
        return builder.AddStrategy(_ => control.NewStrategy(), new FailFastStrategy.Options());
    }
}
