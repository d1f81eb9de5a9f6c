using CrashShield.Init.Options;

namespace CrashShield.Init.Workers;

/// <summary>How long each step of a start or a hand-over may take.</summary>
internal sealed record WorkerBounds(TimeSpan Ready, TimeSpan Probation, TimeSpan Drain)
{
    /// <summary>How long a worker has to be up until its end is no failed start.</summary>
    public static readonly TimeSpan Proof = TimeSpan.FromSeconds(10);

    public TimeSpan Hello { get; } = TimeSpan.FromSeconds(10);

    public TimeSpan Verdict { get; } = TimeSpan.FromSeconds(10);

    public TimeSpan Pause { get; } = TimeSpan.FromSeconds(5);

    public TimeSpan Open { get; } = TimeSpan.FromSeconds(5);

    public static WorkerBounds Of(InitOptions options) => new(options.ReadyTimeout, options.Probation, options.Drain);
}
