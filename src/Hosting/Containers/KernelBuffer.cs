namespace CrashShield.Hosting.Containers;

/// <summary>What files of the kernel's are read into, by one thread at a time.</summary>
internal sealed class KernelBuffer(int size)
{
    private bool _isTick;

    public byte[] Bytes { get; } = new byte[size];

    /// <summary>The file whose text of this tick is in it.</summary>
    public KernelFile? Held
    {
        get;
        set => field = _isTick ? value : null;
    }

    /// <summary>
    /// From now on a file that was just read for one of its values is not read again for the next, until the next tick: the kernel makes the text anew for each read, which is most of what a tick costs.
    /// Without ticks each value is read anew.
    /// </summary>
    public void BeginTick() => (_isTick, Held) = (true, null);
}
