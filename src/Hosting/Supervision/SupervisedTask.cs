using CrashShield.Hosting.Failures;

namespace CrashShield.Hosting.Supervision;

/// <summary>A task under supervision, from its first start to its last end. Every member may be called from any thread.</summary>
public abstract class SupervisedTask
{
    private protected SupervisedTask(string name) => Name = name;

    /// <summary>The name that it was started with.</summary>
    public string Name { get; }

    /// <summary>Which start this is, counted from 1; each restart adds one.</summary>
    public abstract int Attempt { get; }

    /// <summary>The latest failure, or <see langword="null"/>. Looking at it leaves it to be taken by the owner of the scope.</summary>
    public abstract CapturedFailure? Failure { get; }

    /// <summary>
    /// Completes when the task has ended and will not be started again, or was left behind because it ignored its cancellation.
    /// Never fails: failures go to the owner of the scope, and to <see cref="Failure"/>.
    /// </summary>
    public abstract Task Completion { get; }
}
