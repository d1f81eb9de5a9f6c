namespace CrashShield.Init.Options;

/// <summary>What <c>crashshield-init -- command</c> was started with.</summary>
internal sealed record InitOptions
{
    /// <summary>Endpoints that are bound before the first worker is up.</summary>
    public IReadOnlyList<Endpoint> Listen { get; init; } = [];

    /// <summary>Keeps a second worker ready behind a closed gate. Default: no.</summary>
    public bool Spare { get; init; }

    /// <summary>Default 5 in 60 s; 0 to 1,000 in 1 s to 24 h.</summary>
    public RestartLimit Restarts { get; init; } = new(5, TimeSpan.FromSeconds(60));

    /// <summary>From a worker's welcome to its <c>ready</c>. Default 60 s; 1 s to 1 h.</summary>
    public TimeSpan ReadyTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// Bound of a stopping worker, after which it is killed. Default 75 s, more than the worker's own defaults, 67 s and 5 s until it ends itself;
    /// 0 s to 1 h.
    /// </summary>
    public TimeSpan Drain { get; init; } = TimeSpan.FromSeconds(75);

    /// <summary>How long the old worker stays paused behind the new one. Default 10 s; 0 s to 1 h.</summary>
    public TimeSpan Probation { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long each step of a start or a hand-over may take.</summary>
    public WorkerBounds Bounds => new(ReadyTimeout, Probation, Drain);
    /// <summary>
    /// How long after the evidence a worker is killed that a limit of the cgroup holds up. Default 20 s, 0 s for never; to 1 h.
    /// </summary>
    public TimeSpan Throttled { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>Where crash reports and the run marker go. Default: nowhere.</summary>
    public string? Snapshots { get; init; }

    /// <summary>The worker's working directory, looked up anew for each. Default: the init's.</summary>
    public string? Directory { get; init; }

    /// <summary>How long processes that a crashed worker has left behind have to end; 0 s to 1 h. Default: they are left alone.</summary>
    public TimeSpan? EndHelpers { get; init; }

    /// <summary>The path of the control socket. Default: none.</summary>
    public string? Control { get; init; }

    /// <summary>Run when a worker that served has died. Default: nothing.</summary>
    public string? OnDeath { get; init; }

    /// <summary>Run when something else has happened that is not as it should be. Default: nothing.</summary>
    public string? OnIncident { get; init; }

    /// <summary>The worker's command and arguments.</summary>
    public IReadOnlyList<string> Command { get; init; } = [];
}
