namespace CrashShield.Hosting.Failures;

/// <summary>What kind of work failed.</summary>
public enum FailureOrigin
{
    /// <summary>A request.</summary>
    Request,

    /// <summary>A task or service that runs under the supervisor.</summary>
    SupervisedTask,

    /// <summary>A task that nobody awaited; found when it was collected.</summary>
    UnobservedTask,
}
