using Polly;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Refuses the calls of an <see cref="HttpClient"/> while the process is degraded.</summary>
public static class FailFastHttpClientBuilderExtensions
{
    /// <summary>
    /// Marks the dependency that a client talks to as not core: while the health circuit is not closed, its calls fail at once with a
    /// <see cref="Polly.CircuitBreaker.IsolatedCircuitException"/>. Call it before <c>AddStandardResilienceHandler()</c>, which then does not retry what is refused.
    /// </summary>
    /// <param name="builder">The client.</param>
    /// <returns>The same builder.</returns>
    public static IHttpClientBuilder AddCrashShieldFailFast(this IHttpClientBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.AddResilienceHandler(
            "crashshield-fail-fast", static (pipeline, context) => pipeline.AddCrashShieldFailFast(context.ServiceProvider));
        return builder;
    }
}
