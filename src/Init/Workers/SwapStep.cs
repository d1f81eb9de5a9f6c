namespace CrashShield.Init.Workers;

/// <summary>What a hot restart waits for.</summary>
internal enum SwapStep
{
    Hello,
    Verdict,
    Ready,
    Opened,
    Paused,
    Probation,

    /// <summary>The new worker has taken over, and the old one was told to stop.</summary>
    Completed,

    /// <summary>The old worker goes on.</summary>
    Failed,
}
