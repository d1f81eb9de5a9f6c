namespace CrashShield.Init.Marker;

/// <summary>Tells from what was left how a worker or an init ended.</summary>
internal sealed class DeathClassifier(TimeProvider time)
{
    /// <summary>A worker whose end the init has seen.</summary>
    /// <param name="status">Its status.</param>
    /// <param name="generation">Its generation.</param>
    /// <param name="killedFor">Why the init has killed it, or null.</param>
    /// <param name="oomKills">How many processes of the cgroup the kernel has killed for memory that no other end explains; null when that cannot be read.</param>
    /// <param name="wasAsked">Whether it was to stop.</param>
    /// <param name="isAtLimit">Whether the init has killed it because a limit of the cgroup held it up.</param>
    public Death OfWorker(ExitStatus status, int generation, string? killedFor, long? oomKills, bool wasAsked, bool isAtLimit = false)
    {
        var (kind, detail) = status switch
        {
            { Signal: Signal.Kill } when killedFor is not null => (isAtLimit ? DeathKind.Limit : DeathKind.Bound, $"killed by the init: {killedFor}"),
            { Signal: Signal.Kill } when oomKills > 0 => (DeathKind.OutOfMemory, "killed by the kernel: out of memory"),
            { Signal: Signal.Kill } => (DeathKind.Killed, "killed by SIGKILL from outside"),
            { Signal: Signal.Term or Signal.Int or Signal.Hup } when wasAsked => (DeathKind.Clean, status.ToString()),
            { Signal: not null } => (DeathKind.Signal, status.ToString()),
            { Code: 0 } => (DeathKind.Clean, status.ToString()),
            _ => (DeathKind.Exit, status.ToString()),
        };
        return new Death(kind, status.ShellCode, time.GetUtcNow(), generation, detail);
    }

    /// <summary>The run before, from the marker that it left.</summary>
    public Death? OfRun(RunState? run, string? bootId, long? oomKills)
    {
        const int KillCode = 128 + (int)Signal.Kill;
        if (run is null)
            return null;
        if (run.HasEnded)
            return run.LastDeath;

        var (kind, detail) = run switch
        {
            _ when run.BootId is not null && bootId is not null && run.BootId != bootId => (DeathKind.MachineRestarted, "the machine was restarted"),
            { IsStopping: true } => (DeathKind.Orchestrator, "killed by the orchestrator: SIGKILL after SIGTERM"),
            _ when oomKills > run.OomKills => (DeathKind.OutOfMemory, "killed by the kernel: out of memory"),
            { IsOomGroup: true } => (DeathKind.InitKilled, "the init and its worker were killed, most likely for the memory of the whole container: memory.oom.group is set"),
            _ => (DeathKind.InitKilled, "the init and its worker were killed, from outside or for the memory of the whole container"),
        };
        return new Death(kind, KillCode, time.GetUtcNow(), run.Generation, detail);
    }
}
