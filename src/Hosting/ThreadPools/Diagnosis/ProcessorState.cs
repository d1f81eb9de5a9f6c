namespace CrashShield.Hosting.ThreadPools.Diagnosis;

/// <summary>Why work waits for a thread of the pool, or that none does. Each state has its own remedy.</summary>
internal enum ProcessorState
{
    /// <summary>No work waits, and processor time is left.</summary>
    Idle,

    /// <summary>The process uses up the processors that it may use. Remedy: refuse what cannot be served in time.</summary>
    Busy,

    /// <summary>Work waits while a processor idles: the threads of the pool are blocked. Remedy: more threads.</summary>
    Blocked,

    /// <summary>As <see cref="Blocked"/>, and more threads no longer raise what is completed, or none can be had. Remedy: refuse what cannot be served in time.</summary>
    Saturated,

    /// <summary>The container's processor quota stops the process. Remedy: refuse later, as each period brings a pause.</summary>
    Throttled,

    /// <summary>Other processes use the processors. Remedy: queue patiently.</summary>
    Crowded,

    /// <summary>The runtime compiles what is run for the first time. Remedy: queue patiently.</summary>
    WarmingUp,

    /// <summary>A garbage collection, a debugger or a freezer stops the process. Remedy: none, the time does not count.</summary>
    Paused,

    /// <summary>Work waits, and what keeps it waiting cannot be read on this machine. Remedy: more threads; nothing is refused.</summary>
    Unknown,
}
