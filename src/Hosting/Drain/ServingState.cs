namespace CrashShield.Hosting.Drain;

/// <summary>What the request path and the probes have to know of a drain or a hand-over. Reading it costs next to nothing.</summary>
internal sealed class ServingState
{
    private int _phase;
    private bool _isLameDuck;

    /// <summary>Called with each change of <see cref="IsLameDuck"/>, by whoever makes it.</summary>
    public event Action<bool>? LameDuckChanged;

    /// <summary>Called once, by whoever tells the process to stop.</summary>
    public event Action? Draining;

    /// <summary>Called once, when new clients are to be refused, with whether the process has failed.</summary>
    public event Action<bool>? Refusing;

    public ServingPhase Phase => (ServingPhase)Volatile.Read(ref _phase);

    /// <summary>Whether each answer closes its connection.</summary>
    public bool IsLameDuck => Volatile.Read(ref _isLameDuck);

    /// <summary>Whether the host serves requests at all.</summary>
    public bool HasServer { get; set; }

    /// <summary>Whether endpoints of CrashShield are mapped, so that a probe can find out that the process is beyond recovery. Set before or while the server starts.</summary>
    public bool AnswersLiveness { get; set; }

    /// <summary>Whether an endpoint speaks HTTP/3. Set while the server starts.</summary>
    public bool SpeaksHttp3 { get; set; }

    /// <summary>Goes to another phase. A process that drains does so to its end.</summary>
    /// <returns>False when it drains already.</returns>
    public bool TryGo(ServingPhase phase) => TryGo(phase, out _);

    /// <inheritdoc cref="TryGo(ServingPhase)"/>
    /// <param name="phase">The phase to go to.</param>
    /// <param name="before">The phase before.</param>
    public bool TryGo(ServingPhase phase, out ServingPhase before)
    {
        while (true)
        {
            var now = Volatile.Read(ref _phase);
            before = (ServingPhase)now;
            if (before == ServingPhase.Draining)
                return false;
            if (Interlocked.CompareExchange(ref _phase, (int)phase, now) != now)
                continue;
            if (phase == ServingPhase.Draining)
                Draining?.Invoke();
            return true;
        }
    }

    public void SetLameDuck(bool isLameDuck)
    {
        if (Interlocked.Exchange(ref _isLameDuck, isLameDuck) != isLameDuck)
            LameDuckChanged?.Invoke(isLameDuck);
    }

    /// <summary>No new client is served any more.</summary>
    /// <param name="hasFailed">Whether the process has failed: its clients may be another's.</param>
    public void Refuse(bool hasFailed) => Refusing?.Invoke(hasFailed);
}
