using CrashShield.Hosting.Failures;

namespace CrashShield.Middleware.Exceptions;

/// <summary>
/// The failure of the current request, in <c>HttpContext.Features</c> from its capture on: for exception handlers,
/// problem details customisation and whatever else takes part in the answer.
/// </summary>
public interface ICapturedFailureFeature
{
    /// <summary>The failure with its trace id, error id, route and time.</summary>
    CapturedFailure Failure { get; }
}
