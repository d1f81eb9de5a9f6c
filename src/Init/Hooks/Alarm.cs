using CrashShield.Init.Marker;
using CrashShield.Init.Workers;

namespace CrashShield.Init.Hooks;

/// <summary>What is not as it should be, for the hooks.</summary>
internal sealed class Alarm
{
    public event Action<Occurrence>? Raised;

    /// <summary>The run before could not tell its own end.</summary>
    public void RunCutShort(RunState run, Death death) => Raised?.Invoke(Occurrence.DeathOf(run, death));

    public void Died(Worker worker, Death death)
    {
        if (!death.IsClean)
            Raised?.Invoke(Occurrence.DeathOf(worker, death));
    }

    public void SpareDied(Worker spare, ExitStatus status) =>
        Raised?.Invoke(Occurrence.IncidentOf(spare, Occurrence.SpareDied, spare.KilledFor ?? status.ToString(), status.ShellCode));

    /// <summary>A worker has said that it is not well.</summary>
    public void Unwell(Worker worker, string how) => Raised?.Invoke(Occurrence.IncidentOf(worker, Occurrence.WorkerUnwell, how));

    public void RestartFailed(int generation, string why) => Raised?.Invoke(new(Occurrence.Incident, Occurrence.RestartFailed, why) { Generation = generation });

    /// <summary>No worker is started any more.</summary>
    public void GaveUp(int generation, int code, string why) =>
        Raised?.Invoke(new(Occurrence.Incident, Occurrence.GaveUp, why) { Code = code, Generation = generation });
}
