using CrashShield.Hosting.Circuit;
using CrashShield.Hosting.Containers;
using CrashShield.Hosting.Memory;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace CrashShield.Middleware.Tests.Circuit;

/// <summary>What CrashShield's own sources read, as the test wants it: the heap, and the files of a cgroup.</summary>
internal sealed class RealSources : IDisposable
{
    public static readonly string[] Kinds = ["memory", "container"];

    private const string Cgroup = "sys/fs/cgroup/app/";
    private const long Limit = 200 << 20;

    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("crashshield-recovery-");
    private readonly Heap _heap = new();

    public RealSources()
    {
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
    }

    public void Begin(string kind, CircuitLevel level)
    {
        var isWorse = level == CircuitLevel.Open;
        if (kind == "memory")
            _heap.Share = isWorse ? 0.99 : 0.87;
        else
            Use(isWorse ? 0.99 : 0.9);
    }

    public void End()
    {
        _heap.Share = 0.1;
        Use(0.3);
    }

    public void Dispose() => _root.Delete(recursive: true);

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
