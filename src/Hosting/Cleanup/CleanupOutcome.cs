namespace CrashShield.Hosting.Cleanup;

/// <summary>How a clean-up step ended.</summary>
public enum CleanupOutcome
{
    /// <summary>It ran to its end.</summary>
    Succeeded,

    /// <summary>It threw.</summary>
    Failed,

    /// <summary>It outlasted its bound and was given up; it may still be running.</summary>
    TimedOut,

    /// <summary>It ended early because the chain was told to hurry.</summary>
    Canceled,
}
