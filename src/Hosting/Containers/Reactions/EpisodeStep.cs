namespace CrashShield.Hosting.Containers.Reactions;

/// <summary>What is due in an episode.</summary>
internal enum EpisodeStep
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>It has begun: save the evidence.</summary>
    Evidence,

    /// <summary>It has gone on for too long since.</summary>
    Restart,

    /// <summary>It is over.</summary>
    Cleared,
}
