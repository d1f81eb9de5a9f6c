using CrashShield.Hosting;
using CrashShield.Hosting.Circuit;
using CrashShield.Hosting.Containers;
using CrashShield.Hosting.Leaks;
using CrashShield.Hosting.Memory;
using CrashShield.Hosting.ThreadPools;
using CrashShield.Hosting.ThreadPools.Diagnosis;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace CrashShield.Middleware.Tests.Circuit;

/// <summary>What CrashShield's own sources read, as the test wants it: the heap, the files of a cgroup, tasks that are stuck, what was seen of the queue before the thread pool.</summary>
internal sealed class RealSources : IDisposable
{
    public static readonly string[] Kinds = ["memory", "container", "leaks", "thread-pool"];

    private const int MaxLeaked = 20;

    private const string Cgroup = "sys/fs/cgroup/app/";
    private const long Limit = 200 << 20;

    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("crashshield-recovery-");
    private readonly Heap _heap = new();
    private readonly ThreadPoolOptions _pool = new();
    private readonly LeakRegistry _leaks;
    private TaskCompletionSource _stuck = new();
    private TimeSpan _delay;

    public RealSources(TimeProvider time)
    {
        _leaks = new(time);
        _leaks.Attach();
        Write("proc/self/mountinfo", "40 30 0:37 / /sys/fs/cgroup rw,nosuid - cgroup2 cgroup rw,nsdelegate\n");
        Write("proc/self/cgroup", "0::/app\n");
        Write(Cgroup + "memory.max", $"{Limit}\n");
        Write(Cgroup + "memory.stat", "anon 1\nfile 2\ninactive_file 0\nactive_file 5\n");
        Use(0.3);
    }

    public void AddTo(IServiceCollection services)
    {
        services.Replace(ServiceDescriptor.Singleton<IGarbageCollector>(_heap));
        services.Replace(ServiceDescriptor.Singleton(new KernelRoot(_root.FullName)));
        services.Replace(ServiceDescriptor.Singleton(_leaks));
        services.Configure<CrashShieldOptions>(static shield => shield.Leaks.MaxLeaked = MaxLeaked);
        // The test has its clock run ahead, and looks for leaks as often.
        services.Remove(services.Single(static service => service.ImplementationType == typeof(LeakMonitor)));
    }

    public void Begin(string kind, CircuitLevel level)
    {
        var isWorse = level == CircuitLevel.Open;
        if (kind == "memory")
            _heap.Share = isWorse ? 0.99 : 0.87;
        else if (kind == "container")
            Use(isWorse ? 0.99 : 0.9);
        else if (kind == "thread-pool")
            _delay = isWorse ? _pool.OpenAt : _pool.DegradeAt;
        else
            GetStuck(isWorse ? MaxLeaked : MaxLeaked * 9 / 10);
    }

    /// <summary>The monitor sees the queue once more: a source takes what has been seen since it asked last.</summary>
    public void Look(QueueDelayMonitor monitor)
    {
        if (_delay > TimeSpan.Zero)
            monitor.Peaks.Add(new(ProcessorState.Saturated, _delay), _delay);
    }

    public void End()
    {
        _delay = TimeSpan.Zero;
        _heap.Share = 0.1;
        Use(0.3);
        _stuck.SetResult();
        _stuck = new();
    }

    public void Dispose() => _root.Delete(recursive: true);

    private void GetStuck(int tasks)
    {
        LeakRegistry.Enter(_leaks);
        for (var task = 0; task < tasks; task++)
            Shield.Watch(_stuck.Task, "stuck");
    }

    private void Use(double share) => Write(Cgroup + "memory.current", $"{(long)(share * Limit)}\n");

    private void Write(string path, string text)
    {
        var full = Path.Combine(_root.FullName, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        // Into the file that the source has open.
        File.WriteAllText(full, text);
    }

    private sealed class Heap : IGarbageCollector
    {
        public double Share { get; set; } = 0.1;

        public long Used => (long)(Share * Limit);

        public long Limit => 1_000_000;

        public int Count(int generation) => 0;

        public CollectionRecord Last(GCKind kind) => default(CollectionRecord) with { Limit = Limit };

        public void CollectInBackground()
        {
        }
    }
}
