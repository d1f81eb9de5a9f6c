using System.Diagnostics;
using CrashShield.Hosting.Containers.Limits;

namespace CrashShield.Hosting.Tests.Containers.Limits;

/// <summary>A watch over a tree of files, read every quarter of a second of a clock that the test turns.</summary>
internal sealed unsafe class LimitRun : IDisposable
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private const long Step = 250_000_000;

    private readonly LimitWatch _watch;
    private readonly DirectoryInfo _bundles = Directory.CreateTempSubdirectory("crashshield-limits-");
    private readonly bool _ownsKernel;
    private long _now = Stopwatch.GetTimestamp();

    public LimitRun(FakeKernel kernel, bool ownsKernel = true)
    {
        (Kernel, _ownsKernel) = (kernel, ownsKernel);
        _watch = LimitWatch.TryOpen(kernel.Root, _bundles.FullName, """{"crashShield":"1.0.0"}""", Patience)!;
    }

    public FakeKernel Kernel { get; }

    public string Detail => _watch.Detail;

    public string[] Bundles => Directory.GetDirectories(_bundles.FullName);

    /// <summary>What was due, and after how many seconds.</summary>
    public List<(LimitStep Step, double After)> Due { get; } = [];

    public double Elapsed { get; private set; }

    /// <summary>Reads for a while.</summary>
    /// <param name="seconds">How long.</param>
    /// <param name="change">What the kernel does before each reading; told how many there were.</param>
    public void Read(double seconds, Action<int>? change = null)
    {
        for (var i = 0; i < seconds * 4; i++)
        {
            change?.Invoke(i);
            _now += Step;
            Elapsed += 0.25;
            var step = _watch.State->Follow(_now);
            if (step != LimitStep.None)
                Due.Add((step, Elapsed));
            if (step == LimitStep.Evidence)
                _watch.State->Episode.HasEvidence(_now);
        }
    }

    public void Describe() => _watch.State->Describe(_now);

    public bool Save(long processId) => _watch.State->Save(processId, 4711);

    /// <summary>How many bytes a reading and a bundle allocate.</summary>
    public long Allocated()
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        _watch.State->Follow(_now += Step);
        _watch.State->Describe(_now);
        _watch.State->Save(Environment.ProcessId, 4711);
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    public void Dispose()
    {
        _bundles.Delete(recursive: true);
        if (_ownsKernel)
            Kernel.Dispose();
    }
}
