using CrashShield.Hosting.Telemetry;

namespace CrashShield.Hosting.Supervision;

/// <summary>
/// A permanent child ended without a failure more often than its scope may restart it. When it failed instead,
/// the owner gets the child's own exception.
/// </summary>
public sealed class RestartIntensityExceededException : Exception
{
    internal RestartIntensityExceededException(string taskName, int attempt, SupervisionPolicy policy)
        : base($"The permanent task '{taskName}' ended (attempt {attempt}), and its restarts within {new Duration(policy.Within)} exceed {policy.MaxRestarts}.")
    {
    }
}
