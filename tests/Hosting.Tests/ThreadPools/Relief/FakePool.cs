using CrashShield.Hosting.ThreadPools.Relief;

namespace CrashShield.Hosting.Tests.ThreadPools.Relief;

/// <summary>A pool that has its minimum of threads at once, and whose maximum is remembered at its lowest.</summary>
internal sealed class FakePool : IRuntimePool
{
    private int _minimum = 2;
    private int _maximum = 32_767;

    public bool IsFixed { get; set; }

    /// <summary>Threads that it has beyond its minimum.</summary>
    public int Extra { get; set; }

    /// <summary>The highest minimum that was set.</summary>
    public int Most { get; private set; }

    public int LowestMaximum { get; private set; } = int.MaxValue;

    public int? MostTried { get; set; } = 20;

    public int Count => _minimum + Extra;

    public int GetMinimum() => _minimum;

    public bool SetMinimum(int threads)
    {
        if (IsFixed || threads > _maximum)
            return false;

        (_minimum, Most) = (threads, Math.Max(Most, threads));
        return true;
    }

    public int GetMaximum() => _maximum;

    public bool SetMaximum(int threads)
    {
        if (threads < _minimum)
            return false;

        (_maximum, LowestMaximum) = (threads, Math.Min(LowestMaximum, threads));
        return true;
    }
}
