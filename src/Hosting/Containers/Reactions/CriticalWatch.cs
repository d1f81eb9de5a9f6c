using CrashShield.Hosting.Containers.Limits;
using CrashShield.Hosting.Drain;
using CrashShield.Hosting.Handoff;
using Microsoft.Extensions.Options;

namespace CrashShield.Hosting.Containers.Reactions;

/// <summary>Where the source tells each reading and the reaction hears what is due.</summary>
internal sealed class CriticalWatch(ServingState serving, AcceptGate gate, LimitThread thread, IOptions<CrashShieldOptions> options, TimeProvider time)
{
    private readonly CriticalEpisode _episode = new(options.Value.Containers.RestartAfter, time);
    private readonly Queue<EpisodeNotice> _due = new();
    private readonly Lock _lock = new();

    /// <summary>Called when something has become due. Must not throw or block.</summary>
    public Action? IsDue { get; set; }

    // Of two workers in one container only the one that serves restarts: not a spare, nor one that hands over or has been told to stop.
    private bool MayRestart => serving.Phase == ServingPhase.Serving && (gate.IsOpen || !serving.HasServer);

    /// <summary>Takes a reading. Allocates nothing unless something is due.</summary>
    /// <param name="now">When it was taken.</param>
    /// <param name="critical">A signal that is critical.</param>
    public void Observe(long now, ContainerSignal? critical)
    {
        thread.Note(MayRestart, serving.Phase == ServingPhase.Draining);
        var step = _episode.Follow(now, critical is not null, MayRestart);
        if (step != EpisodeStep.None)
            Post(new(step, critical?.Critical ?? "", critical?.Reason ?? ""));
    }

    /// <summary>The evidence has been saved, or could not be.</summary>
    public void HasEvidence()
    {
        thread.NoteEvidence();
        _episode.HasEvidence(time.GetTimestamp());
    }

    /// <summary>What is due; <see langword="null"/> when nothing is.</summary>
    public EpisodeNotice? TryTake()
    {
        lock (_lock)
            return _due.TryDequeue(out var notice) ? notice : null;
    }

    private void Post(EpisodeNotice notice)
    {
        lock (_lock)
            _due.Enqueue(notice);
        IsDue?.Invoke();
    }
}
