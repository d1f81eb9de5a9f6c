using CrashShield.Init.Hooks;
using CrashShield.Init.Marker;
using CrashShield.Init.Processes;

namespace CrashShield.Init.Workers;

/// <summary>Who serves in the place of a worker that has ended: the spare, another one after a while, or nobody any more.</summary>
internal sealed class Succession(Crew crew, NextStart nextStart, ColdRestart coldRestart, RunMarker marker, Alarm alarm, WorkerBounds bounds, TimeProvider time)
{
    private readonly Func<Worker> _launchSpare = () => crew.Launch();
    private bool _commandSpeaks;

    /// <summary>Called when nobody is started any more.</summary>
    public required Action GaveUp { get; init; }

    /// <summary>Of the last end, as a shell reports it.</summary>
    public int LastCode { get; private set; }

    public Deadline NextDeadline => Deadline.Earlier(nextStart.Deadline, crew.Spares.NextDeadline);

    /// <summary>A worker has said something: whoever is started after one that speaks has to speak.</summary>
    public void Spoke(Worker worker) => _commandSpeaks |= worker.HasSaidHello;

    /// <exception cref="SpawnException">The command cannot be started.</exception>
    public void Start()
    {
        ComesUp(crew.Serving = crew.Launch(BadEnd));
    }

    /// <summary>A worker that takes over from nobody is about to speak: one that was started, or another program in the place of the one that has served.</summary>
    public void ComesUp(Worker worker)
    {
        worker.Startup = new Startup(worker, bounds, _commandSpeaks, time);
        worker.Startup.Open();
    }

    /// <summary>The bad end in whose place the next worker comes; null for none.</summary>
    public Death? BadEnd => marker.LastDeath is { IsClean: false } death ? death : null;

    public void Tick()
    {
        crew.Spares.Tick(_launchSpare);
        // A spare waits for its turn, too: it may be no better than those that have died one after the other.
        if (nextStart.TryTake())
            Replace();
    }

    /// <summary>The worker that served has ended: nobody does.</summary>
    public void Ended(ExitStatus status)
    {
        crew.Serving = null;
        LastCode = status.ShellCode;
    }

    /// <summary>Another one as soon as it may be.</summary>
    /// <param name="worker">The one that has died.</param>
    public void Plan(Worker worker) => Plan(LastCode, worker.HasProved(time));

    /// <summary>Another one at once: the one before has ended for it.</summary>
    public void StartNext()
    {
        // Another build, which may speak or not.
        if (coldRestart.IsRunning)
            _commandSpeaks = false;
        try
        {
            Start();
        }
        catch (SpawnException e)
        {
            Output.Log(e.Message);
            Plan(e.ExitCode, hasProved: false);
        }

        coldRestart.Started(crew.Serving);
    }

    private void Replace()
    {
        if (!TryOpenSpare())
            StartNext();
    }

    private bool TryOpenSpare()
    {
        if (crew.Spares.Worker is { IsStopping: true } || crew.Spares.Take() is not { } spare)
            return false;
        crew.Serving = spare;
        Output.Log($"{spare} takes over");
        spare.Startup!.Open(BadEnd);
        return true;
    }

    private void Plan(int code, bool hasProved)
    {
        LastCode = code;
        if (!nextStart.TryPlan(hasProved, code))
        {
            alarm.GaveUp(crew.Generation, code, nextStart.GaveUp!);
            GaveUp();
        }
        // A spare that is there opens without a turn of the loop between.
        else if (crew.Spares.Worker is not null && nextStart.TryTake())
        {
            Replace();
        }
    }
}
