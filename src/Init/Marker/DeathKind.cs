namespace CrashShield.Init.Marker;

/// <summary>How a worker, or the init with it, ended.</summary>
internal enum DeathKind
{
    /// <summary>With code 0.</summary>
    Clean,

    /// <summary>With another code.</summary>
    Exit,

    /// <summary>By a signal other than SIGKILL.</summary>
    Signal,

    /// <summary>By the kernel's out-of-memory killer.</summary>
    OutOfMemory,

    /// <summary>By a SIGKILL of the init: a bound had passed.</summary>
    Bound,

    /// <summary>By a SIGKILL of the init: a limit of the cgroup held it up.</summary>
    Limit,

    /// <summary>By a SIGKILL of somebody unknown.</summary>
    Killed,

    /// <summary>The init was told to stop and killed before the worker had finished.</summary>
    Orchestrator,

    /// <summary>The init was killed, and all with it: from outside, or for the memory of the whole container.</summary>
    InitKilled,

    /// <summary>The machine was restarted.</summary>
    MachineRestarted,
}
