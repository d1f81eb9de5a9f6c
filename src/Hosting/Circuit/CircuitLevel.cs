namespace CrashShield.Hosting.Circuit;

/// <summary>How much trouble the process is in, from none to beyond recovery.</summary>
public enum CircuitLevel
{
    /// <summary>All is well.</summary>
    Closed,

    /// <summary>Work that can wait is refused.</summary>
    Degraded,

    /// <summary>New sessions are refused; the instance is not ready.</summary>
    Open,

    /// <summary>The process cannot recover by itself: liveness fails so that it is restarted, or it ends itself where nobody asks for liveness (<see cref="CircuitOptions.ExitWhenFailed"/>). Never left again.</summary>
    Failed,
}
