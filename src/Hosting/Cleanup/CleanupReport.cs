namespace CrashShield.Hosting.Cleanup;

/// <summary>What became of a clean-up chain.</summary>
public sealed class CleanupReport
{
    internal CleanupReport(IReadOnlyList<CleanupStepResult> steps, TimeSpan duration) => (Steps, Duration) = (steps, duration);

    /// <summary>Every step, by id.</summary>
    public IReadOnlyList<CleanupStepResult> Steps { get; }

    /// <summary>From the first step's start to the last one's end.</summary>
    public TimeSpan Duration { get; }

    /// <summary>Whether every step ended in <see cref="CleanupOutcome.Succeeded"/>.</summary>
    public bool Succeeded => Steps.All(step => step.Outcome == CleanupOutcome.Succeeded);
}
