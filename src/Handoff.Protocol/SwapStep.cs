namespace CrashShield.Handoff.Protocol;

/// <summary>What a hot restart waits for.</summary>
internal enum SwapStep
{
    Hello,
    Verdict,
    Ready,

    /// <summary>The new worker runs the background services, which it has to before it is ready; the old one serves.</summary>
    Trial,

    Opened,
    Paused,
    Probation,

    /// <summary>The new worker has taken over, and the old one was told to stop.</summary>
    Completed,

    /// <summary>The old worker goes on.</summary>
    Failed,
}
