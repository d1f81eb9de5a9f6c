namespace CrashShield.Hosting.Containers;

/// <summary>One thing that the kernel tells about the container.</summary>
internal abstract class ContainerSignal
{
    private KernelValue? _unread;

    /// <summary>What could not be read the last time.</summary>
    public string Unread => _unread?.Name ?? "";

    /// <summary>Whether the log has been told that this is blind.</summary>
    public bool IsToldBlind { get; set; }

    public double Pressure { get; private set; }

    /// <summary>
    /// A short word for a trouble that a restart helps against while it is critical, by the last reading and not only held from before; <see langword="null"/> otherwise. Makes no text.
    /// </summary>
    public virtual string? Critical => null;

    /// <summary>Why the pressure is high. Makes a text.</summary>
    public abstract string Reason { get; }

    /// <summary>Reads it once, and allocates nothing.</summary>
    /// <returns>False when it could not be read.</returns>
    public bool TryRead(long now)
    {
        if (!TryMeasure(now, out var pressure))
            return false;

        Pressure = pressure;
        return true;
    }

    protected abstract bool TryMeasure(long now, out double pressure);

    protected bool TryTake(KernelValue from, out long value) => from.TryRead(out value) || Blind(from);

    protected bool Blind(KernelValue to)
    {
        _unread = to;
        return false;
    }
}
