namespace CrashShield.Hosting.Circuit;

/// <summary>The last changes of the level. Not safe for threads.</summary>
internal sealed class CircuitHistory
{
    private const int Max = 64;

    private readonly Queue<CircuitTransition> _transitions = new(Max);

    public void Add(CircuitTransition transition)
    {
        if (_transitions.Count == Max)
            _transitions.Dequeue();
        _transitions.Enqueue(transition);
    }

    public CircuitTransition[] ToArray() => [.. _transitions];
}
