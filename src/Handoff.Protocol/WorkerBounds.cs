namespace CrashShield.Handoff.Protocol;

/// <summary>How long each step of a start or a hand-over may take.</summary>
internal sealed record WorkerBounds(TimeSpan Ready, TimeSpan Probation, TimeSpan Drain)
{
    /// <summary>
    /// How long one may be silent that has to speak: what it does before that, a migration, is a part of getting ready. One that has needed longer, and spoken in the end, may need so long again.
    /// </summary>
    public TimeSpan Hello { get; private set; } = Ready;

    public TimeSpan Verdict { get; } = TimeSpan.FromSeconds(10);

    public TimeSpan Pause { get; } = TimeSpan.FromSeconds(5);

    public TimeSpan Open { get; } = TimeSpan.FromSeconds(5);

    /// <summary>A worker has spoken after a silence.</summary>
    public void Spoke(TimeSpan after) => Continue(2 * after);

    /// <summary>Another image of the lead has found out that one needs so long.</summary>
    public void Continue(TimeSpan hello) => Hello = hello > Hello ? hello : Hello;
}
