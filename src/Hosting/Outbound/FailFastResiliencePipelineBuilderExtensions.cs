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
    /// without leaving the process. Put it outermost, before retries. It never opens by itself: for that, add a circuit breaker of its own.
    /// </summary>
    /// <param name="builder">The pipeline.</param>
    /// <param name="services">The services of the host, with CrashShield among them.</param>
    /// <returns>The same builder.</returns>
    /// <exception cref="InvalidOperationException"><c>AddCrashShield</c> was not called.</exception>
    public static ResiliencePipelineBuilder AddCrashShieldFailFast(this ResiliencePipelineBuilder builder, IServiceProvider services)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.AddCircuitBreaker(new CircuitBreakerStrategyOptions
        {
            Name = "crashshield-fail-fast",
            ManualControl = services.GetRequiredService<FailFastControl>().Manual,
            ShouldHandle = static _ => PredicateResult.False(),
        });
    }

    /// <inheritdoc cref="AddCrashShieldFailFast(ResiliencePipelineBuilder, IServiceProvider)"/>
    /// <typeparam name="TResult">The result of the pipeline.</typeparam>
    public static ResiliencePipelineBuilder<TResult> AddCrashShieldFailFast<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.All)] TResult>(
        this ResiliencePipelineBuilder<TResult> builder, IServiceProvider services)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.AddCircuitBreaker(new CircuitBreakerStrategyOptions<TResult>
        {
            Name = "crashshield-fail-fast",
            ManualControl = services.GetRequiredService<FailFastControl>().Manual,
            ShouldHandle = static _ => PredicateResult.False(),
        });
    }
}
