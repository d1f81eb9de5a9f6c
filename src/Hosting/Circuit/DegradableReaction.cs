namespace CrashShield.Hosting.Circuit;

/// <summary>Lets one <see cref="IDegradable"/> of the application's follow the level.</summary>
internal sealed class DegradableReaction(IDegradable degradable) : ICircuitReaction
{
    private bool _isDegraded;

    public Task ReactAsync(CircuitTransition transition, CancellationToken cancellationToken)
    {
        if (transition.To == CircuitLevel.Closed)
        {
            var wasDegraded = _isDegraded;
            _isDegraded = false;
            return wasDegraded ? degradable.RestoreAsync(cancellationToken) : Task.CompletedTask;
        }

        _isDegraded = true;
        return degradable.DegradeAsync(transition.To, cancellationToken);
    }
}
