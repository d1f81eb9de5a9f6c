namespace CrashShield.Hosting.Containers.Limits;

/// <summary>A limit that holds the processes of a cgroup up, the surest sign first.</summary>
internal enum LimitTrouble
{
    None,

    /// <summary><c>memory.high</c> is exceeded so far that the kernel puts to sleep who needs memory.</summary>
    High,

    /// <summary>At <c>memory.max</c> the kernel reclaims without end what is needed at once again, and kills nobody.</summary>
    Max,

    /// <summary>At the limit of cgroup v1 nobody may be killed, and who needs memory waits.</summary>
    Hold,

    /// <summary>Some task waits for memory nearly all the time.</summary>
    Pressure,

    /// <summary>There may be no more tasks.</summary>
    Pids,
}
