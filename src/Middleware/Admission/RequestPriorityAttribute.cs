using Microsoft.AspNetCore.Http;

namespace CrashShield.Middleware.Admission;

/// <summary>Says how much an endpoint, or every action of a controller, matters under overload. The last one on an endpoint counts.</summary>
/// <param name="priority">How much.</param>
/// <exception cref="ArgumentOutOfRangeException">There is no such priority.</exception>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
public sealed class RequestPriorityAttribute(RequestPriority priority) : Attribute
{
    /// <summary>How much.</summary>
    public RequestPriority Priority { get; } = Enum.IsDefined(priority) ? priority : throw new ArgumentOutOfRangeException(nameof(priority), priority, "Must be Sheddable, Low, Normal, High or Critical.");

    /// <summary>How much an endpoint matters, if it is known.</summary>
    internal static RequestPriority Of(Endpoint? endpoint) => endpoint?.Metadata.GetMetadata<RequestPriorityAttribute>()?.Priority ?? RequestPriority.Normal;
}
