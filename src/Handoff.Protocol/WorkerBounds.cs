namespace CrashShield.Handoff.Protocol;

/// <summary>How long each step of a start or a hand-over may take.</summary>
internal sealed record WorkerBounds(TimeSpan Ready, TimeSpan Probation, TimeSpan Drain)
{
    public TimeSpan Hello { get; } = TimeSpan.FromSeconds(10);

    public TimeSpan Verdict { get; } = TimeSpan.FromSeconds(10);

    public TimeSpan Pause { get; } = TimeSpan.FromSeconds(5);

    public TimeSpan Open { get; } = TimeSpan.FromSeconds(5);
}
