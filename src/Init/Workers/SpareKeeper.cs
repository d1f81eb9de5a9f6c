using CrashShield.Init.Processes;

namespace CrashShield.Init.Workers;

/// <summary>Keeps one worker more, ready behind its closed gate, for the moment in which the serving one dies.</summary>
internal sealed class SpareKeeper(bool isWanted, RestartIntensity intensity, WorkerBounds bounds, TimeProvider time)
{
    // Starting a runtime takes most of a second of a core, which the one that has just taken over needs more.
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(1);

    private bool _isWanted = isWanted;
    private Deadline _startAt;

    public Worker? Worker { get; private set; }

    public Deadline NextDeadline => Deadline.Earlier(_startAt, Worker?.Startup?.Deadline ?? Deadline.Never);

    /// <summary>There is a serving worker, behind which a spare can wait: one is started in a second.</summary>
    public void Want()
    {
        if (!_isWanted || Worker is not null || _startAt != Deadline.Never)
            return;
        intensity.BeginRow();
        _startAt = Deadline.In(time, Rest);
    }

    /// <summary>Hands the spare out, if there is one that lives.</summary>
    public Worker? Take()
    {
        if (Worker is not { Startup.Step: not StartupStep.Failed } spare)
            return null;
        Worker = null;
        return spare;
    }

    /// <summary>No spare is wanted until another worker serves.</summary>
    public Worker? StandDown()
    {
        _startAt = Deadline.Never;
        return Take();
    }

    /// <summary>No spare is wanted any more.</summary>
    public Worker? Dismiss()
    {
        _isWanted = false;
        return StandDown();
    }

    /// <summary>Goes on with the spare of another image of this init.</summary>
    public void Continue(Worker? spare)
    {
        Worker = spare;
        Want();
    }

    /// <returns>Whether it was the spare.</returns>
    public bool Died(Worker spare, ExitStatus status)
    {
        if (spare != Worker)
            return false;
        Output.Log($"spare {spare} {status}{(spare.KilledFor is { } reason ? $": {reason}" : "")}");
        Worker = null;
        StartLater(spare.HasProved(time));
        return true;
    }

    public void Tick(Func<Worker> launch)
    {
        Worker?.Startup?.Tick();
        if (!_startAt.HasPassed(time))
            return;
        _startAt = Deadline.Never;
        try
        {
            Worker = launch();
            Worker.Startup = new Startup(Worker, bounds, hasToSpeak: true, time);
        }
        catch (SpawnException e)
        {
            Output.Log($"no spare: {e.Message}");
            StartLater(hasProved: false);
        }
    }

    private void StartLater(bool hasProved)
    {
        if (!_isWanted)
            return;
        if (intensity.TryRestart(hasProved, out var delay))
            _startAt = Deadline.In(time, delay);
        else
            Output.Log($"the spare died more often than --restarts {intensity.Limit} allows: there is none until another worker takes over");
    }
}
