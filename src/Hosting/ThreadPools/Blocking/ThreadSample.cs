namespace CrashShield.Hosting.ThreadPools.Blocking;

/// <summary>What was seen of one thread.</summary>
internal sealed class ThreadSample
{
    private int _samples;
    private int _waiting;

    /// <summary>The addresses of the frames, innermost first, of the last sample in which it was not running managed code.</summary>
    public ulong[] Stack { get; private set; } = [];

    public bool IsWaiting => 2 * _waiting > _samples;

    public void Add(ulong[] stack, bool isWaiting)
    {
        _samples++;
        if (!isWaiting && Stack.Length > 0)
            return;
        Stack = stack;
        if (isWaiting)
            _waiting++;
    }
}
