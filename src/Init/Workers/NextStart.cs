namespace CrashShield.Init.Workers;

/// <summary>When the next worker is started in the place of one that has died, if there is to be one.</summary>
internal sealed class NextStart(RestartIntensity intensity, Announcer announcer, TimeProvider time)
{
    public Deadline Deadline { get; private set; } = Deadline.Never;

    public int Restarts => intensity.Total;

    /// <summary>Why there is none any more; null while there is.</summary>
    public string? GaveUp { get; private set; }

    /// <summary>Goes on counting where another image of this init was.</summary>
    public void Continue(int restarts) => intensity.Continue(restarts);

    /// <summary>A hot restart has brought another build: what has died was of the one before.</summary>
    public void BeginRow() => intensity.BeginRow();

    /// <param name="hasProved">Whether the one that has died had proved itself.</param>
    /// <param name="code">With which code the init ends if it gives up.</param>
    /// <returns>False when too many have died.</returns>
    public bool TryPlan(bool hasProved, int code)
    {
        if (!intensity.TryRestart(hasProved, out var delay))
        {
            GaveUp = $"the worker died more often than --restarts {intensity.Limit} allows: giving up with code {code}{InARow}";
            Output.Log(GaveUp);
            return false;
        }

        if (delay > TimeSpan.Zero)
            announcer.Waits($"no worker serves, the next one starts in {Duration.Format(delay)}{InARow}");
        Deadline = Deadline.In(time, delay);
        return true;
    }

    /// <summary>Whether it is time, which it then is no more.</summary>
    public bool TryTake()
    {
        if (!Deadline.HasPassed(time))
            return false;
        Cancel();
        return true;
    }

    /// <summary>It need not wait any longer: what is started is another build, which somebody has asked for.</summary>
    public void Hurry()
    {
        intensity.BeginRow();
        Deadline = Deadline.In(time, TimeSpan.Zero);
    }

    public void Cancel() => Deadline = Deadline.Never;

    private string InARow => intensity.Unproved > 1
        ? $", as {intensity.Unproved} in a row have died before they had served or were up for {Duration.Format(Worker.Proof)}"
        : "";
}
