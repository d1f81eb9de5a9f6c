using CrashShield.Hosting.Circuit;

namespace CrashShield.Hosting.Tests.Containers;

/// <summary>A process in a container whose memory moves, read four times a second as it really is, and what the circuit makes of it.</summary>
internal sealed class MemoryRun : IDisposable
{
    private const double Interval = 0.25;

    private readonly FakeKernel _kernel = FakeKernel.Cgroup2();
    private readonly SourceState _state;
    private readonly double _limit;
    private double _pages;

    public MemoryRun(double limit, double native)
    {
        (_limit, Native) = (limit, native);
        _kernel.Write(FakeKernel.V2 + "memory.max", $"{(long)(limit * FakeKernel.Mebi)}\n");
        _state = new("container", new(), _kernel.Time);
        _kernel.Write(FakeKernel.V2 + "memory.stat", "inactive_file 0\nactive_file 0\n");
        Seconds(10);
    }

    /// <summary>What the process has outside of the managed heap, in MiB.</summary>
    public double Native { get; set; }

    /// <summary>What is alive in the managed heap.</summary>
    public double Live { get; set; }

    /// <summary>What was allocated since the last collection.</summary>
    public double Garbage { get; set; }

    /// <summary>What was freed and is still the heap's.</summary>
    public double Kept { get; set; }

    /// <summary>Files of which pages are mapped or cached and in use.</summary>
    public double Files { get; set; }

    public FakeKernel Kernel => _kernel;

    public CircuitLevel Level => _state.Level;

    public string? Reason => _state.Reason;

    public double InUse => Native + Live + Garbage + Kept;

    /// <summary>What is left to the limit.</summary>
    public double Left => _limit - InUse;

    /// <summary>Whether it was in trouble at any time.</summary>
    public bool WasInTrouble { get; private set; }

    public void Collect(bool full = false)
    {
        (Kept, Garbage) = (Kept + Garbage, 0);
        Tell();
        if (full)
            _kernel.Collector.Full(left: Bytes(Live));
        else
            _kernel.Collector.Young(left: Bytes(Live));
    }

    /// <summary>Lets time pass; before each reading, what changes is told how long it has been.</summary>
    public void Seconds(double seconds, Action? change = null)
    {
        for (var elapsed = 0d; elapsed < seconds; elapsed += Interval)
        {
            change?.Invoke();
            Tell();
            _state.Take(_kernel.Tick(Interval));
            WasInTrouble |= Level != CircuitLevel.Closed;
        }
    }

    /// <summary>Grows native memory until it is noticed or the limit is reached.</summary>
    public void LeakUntilNoticed(double mebibytesPerSecond)
    {
        while (Level == CircuitLevel.Closed && Left > 0)
            Seconds(Interval, () => Native += mebibytesPerSecond * Interval);
    }

    public void Dispose() => _kernel.Dispose();

    private static long Bytes(double mebibytes) => (long)(mebibytes * FakeKernel.Mebi);

    private void Tell()
    {
        // What the heap has kept is used again before it gets new memory.
        _kernel.Collector.Used = Bytes(Live + Garbage);
        _kernel.Write(FakeKernel.V2 + "memory.current", $"{Bytes(InUse + Files)}\n");
        if (Files == _pages)
            return;
        _pages = Files;
        _kernel.Write(FakeKernel.V2 + "memory.stat", $"file {Bytes(Files)}\nfile_mapped {Bytes(Files)}\ninactive_file 0\nactive_file {Bytes(Files)}\n");
    }
}
