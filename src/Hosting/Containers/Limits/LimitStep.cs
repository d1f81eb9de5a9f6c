namespace CrashShield.Hosting.Containers.Limits;

/// <summary>What is due.</summary>
internal enum LimitStep
{
    None,

    /// <summary>It goes on: save the evidence.</summary>
    Evidence,

    /// <summary>It has gone on for too long since.</summary>
    Restart,

    /// <summary>It is over.</summary>
    Cleared,
}
