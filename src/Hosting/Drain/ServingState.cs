namespace CrashShield.Hosting.Drain;

/// <summary>What the request path and the probes have to know of a drain or a hand-over. Reading it costs next to nothing.</summary>
internal sealed class ServingState
{
    private int _phase;
    private bool _isLameDuck;

    public ServingPhase Phase => (ServingPhase)Volatile.Read(ref _phase);

    /// <summary>Whether each answer closes its connection.</summary>
    public bool IsLameDuck => Volatile.Read(ref _isLameDuck);

    /// <summary>Goes to another phase. A process that drains does so to its end.</summary>
    /// <returns>False when it drains already.</returns>
    public bool TryGo(ServingPhase phase)
    {
        while (true)
        {
            var now = Volatile.Read(ref _phase);
            if (now == (int)ServingPhase.Draining)
                return false;
            if (Interlocked.CompareExchange(ref _phase, (int)phase, now) == now)
                return true;
        }
    }

    public void SetLameDuck(bool isLameDuck) => Volatile.Write(ref _isLameDuck, isLameDuck);
}
