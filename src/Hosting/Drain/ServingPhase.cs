namespace CrashShield.Hosting.Drain;

/// <summary>Whether the process wants new work.</summary>
internal enum ServingPhase
{
    /// <summary>It does.</summary>
    Serving,

    /// <summary>Another worker has taken over; this one waits to see it do well.</summary>
    HandingOver,

    /// <summary>It is about to stop.</summary>
    Draining,
}
