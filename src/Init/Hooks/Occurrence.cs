using CrashShield.Init.Marker;
using CrashShield.Init.Workers;

namespace CrashShield.Init.Hooks;

/// <summary>Something that whoever runs the service may want to know at once.</summary>
/// <param name="Hook"><see cref="Death"/> or <see cref="Incident"/>.</param>
/// <param name="Reason">A word of docs/init.md.</param>
/// <param name="Detail">In words.</param>
internal sealed record Occurrence(string Hook, string Reason, string Detail)
{
    public const string Death = "death";
    public const string Incident = "incident";

    public const string GaveUp = "gave-up";
    public const string RestartFailed = "restart-failed";
    public const string SpareDied = "spare-died";
    public const string WorkerUnwell = "worker-unwell";

    /// <summary>As a shell reports it; null for what is no end.</summary>
    public int? Code { get; init; }

    public int? Generation { get; init; }

    /// <summary>Of the worker.</summary>
    public int? ProcessId { get; init; }

    /// <summary>Since when the worker runs: what was written before is another's of the same number.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>What was saved of it. Otherwise the newest in <c>--snapshots</c> that the worker has left.</summary>
    public string? Bundle { get; init; }

    public static Occurrence DeathOf(Worker worker, Death death) => Of(death, worker.ProcessId, worker.StartedAt);

    /// <summary>The end of a run that could not tell it itself.</summary>
    public static Occurrence DeathOf(RunState run, Death death) => Of(death, run.WorkerProcessId, run.StartedAt);

    public static Occurrence IncidentOf(Worker worker, string reason, string detail, int? code = null) =>
        new(Incident, reason, detail) { Code = code, Generation = worker.Generation, ProcessId = worker.ProcessId, Since = worker.StartedAt };

    private static Occurrence Of(Death death, int processId, DateTimeOffset since) => new(Death, Marker.Death.WordOf(death.Kind), death.Detail)
    {
        Code = death.Code,
        Generation = death.Generation,
        ProcessId = processId,
        Since = since,
    };
}
