using CrashShield.Middleware.Admission;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Says how much endpoints matter under overload.</summary>
public static class AdmissionEndpointConventionBuilderExtensions
{
    /// <summary>Gives an endpoint, or a group of them, a priority.</summary>
    /// <typeparam name="TBuilder">The type of the builder.</typeparam>
    /// <param name="builder">The endpoint or group.</param>
    /// <param name="priority">How much it matters.</param>
    /// <returns>The same builder.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such priority.</exception>
    public static TBuilder WithPriority<TBuilder>(this TBuilder builder, RequestPriority priority)
        where TBuilder : IEndpointConventionBuilder
    {
        // Made here: where endpoints are built, its failure would be that of every request.
        var metadata = new RequestPriorityAttribute(priority);
        builder.Add(endpoint => endpoint.Metadata.Add(metadata));
        return builder;
    }
}
