using System.Diagnostics.Metrics;
using CrashShield.Hosting.Circuit;
using CrashShield.Hosting.Containers;
using CrashShield.Hosting.Telemetry;
using CrashShield.Hosting.Tests.Memory;
using CrashShield.Hosting.Tests.Supervision;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace CrashShield.Hosting.Tests.Containers;

/// <summary>A tree of files as the kernel would show it, and the source that reads it.</summary>
internal sealed class FakeKernel : IDisposable
{
    public const long Mebi = 1 << 20;
    public const string V2 = "sys/fs/cgroup/kubepods/app/";
    public const string V1Memory = "sys/fs/cgroup/memory/docker/app/";
    public const string V1Pids = "sys/fs/cgroup/pids/docker/app/";
    public const string V1Cpu = "sys/fs/cgroup/cpu,cpuacct/docker/app/";

    private const string Mountinfo2 = "40 30 0:37 / /sys/fs/cgroup rw,nosuid - cgroup2 cgroup rw,nsdelegate\n";
    private const string Mountinfo1 =
        """
        34 30 0:31 / /sys/fs/cgroup/memory rw,relatime shared:9 master:3 - cgroup cgroup rw,memory
        38 30 0:35 / /sys/fs/cgroup/pids rw - cgroup cgroup rw,pids
        31 30 0:28 / /sys/fs/cgroup/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct

        """;

    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("crashshield-kernel-");
    private readonly LogRecords _log = new();
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().AddSingleton<ShieldMeter>().BuildServiceProvider();
    private ContainerSource? _source;

    public JumpingClock Time { get; } = new();

    public ContainerOptions Options { get; } = new();

    public LogRecords Log => _log;

    public FakeCollector Collector { get; } = new();

    public int CollectorTold { get; private set; }

    /// <summary>What the collector answers a new limit with.</summary>
    public Exception? CollectorThrows { get; set; }

    public string Root => _root.FullName;

    public ShieldMeter Meter => _services.GetRequiredService<ShieldMeter>();

    public ContainerSource Source => _source ??= new(
        Root, Collector,
        () =>
        {
            CollectorTold++;
            if (CollectorThrows is not null)
                throw CollectorThrows;
        },
        Meter, new LoggerFactory([_log]).CreateLogger("container"), Options, Time);

    public static FakeKernel Cgroup2()
    {
        var kernel = new FakeKernel();
        kernel.Write("proc/self/mountinfo", Mountinfo2);
        kernel.Write("proc/self/cgroup", "0::/kubepods/app\n");
        kernel.Meminfo(800, 1000);
        kernel.Write(V2 + "memory.max", $"{200 * Mebi}\n");
        kernel.Write("sys/fs/cgroup/kubepods/memory.max", "max\n");
        kernel.Write(V2 + "memory.current", $"{60 * Mebi}\n");
        kernel.Write(V2 + "memory.stat", $"anon 1\nfile 2\ninactive_file {20 * Mebi}\nactive_file 5\n");
        kernel.Stall(0, 0);
        kernel.Events();
        kernel.Write(V2 + "pids.max", "100\n");
        kernel.Write(V2 + "pids.current", "20\n");
        kernel.Write(V2 + "pids.events", "max 7\n");
        kernel.Write(V2 + "cpu.max", "50000 100000\n");
        kernel.Write(V2 + "cpu.stat", "usage_usec 5\nnr_periods 100\nnr_throttled 10\nthrottled_usec 3\n");
        return kernel;
    }

    public static FakeKernel Cgroup1()
    {
        var kernel = new FakeKernel();
        kernel.Write("proc/self/mountinfo", Mountinfo1);
        kernel.Write("proc/self/cgroup", "4:memory:/docker/app\n8:pids:/docker/app\n1:cpu,cpuacct:/docker/app\n0::/\n");
        kernel.Meminfo(800, 1000);
        kernel.Write(V1Memory + "memory.limit_in_bytes", $"{200 * Mebi}\n");
        kernel.Write("sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n");
        kernel.Write(V1Memory + "memory.usage_in_bytes", $"{60 * Mebi}\n");
        kernel.Write(V1Memory + "memory.stat", $"cache 1\ninactive_file 1\ntotal_inactive_file {20 * Mebi}\n");
        kernel.Write(V1Memory + "memory.failcnt", "3\n");
        kernel.Write(V1Memory + "memory.oom_control", "oom_kill_disable 0\nunder_oom 0\noom_kill 2\n");
        kernel.Write(V1Pids + "pids.max", "max\n");
        kernel.Write(V1Pids + "pids.current", "20\n");
        kernel.Write(V1Pids + "pids.events", "max 0\n");
        kernel.Write(V1Cpu + "cpu.cfs_quota_us", "-1\n");
        kernel.Write(V1Cpu + "cpu.stat", "nr_periods 0\nnr_throttled 0\nthrottled_time 0\n");
        return kernel;
    }

    public static FakeKernel None()
    {
        var kernel = new FakeKernel();
        kernel.Write("proc/self/mountinfo", "22 1 254:0 / / rw - ext4 /dev/vda rw\n");
        kernel.Write("proc/self/cgroup", "0::/\n");
        kernel.Meminfo(800, 1000);
        return kernel;
    }

    public static FakeKernel Hidden() => new();

    public void Write(string path, string text)
    {
        var full = Path.Combine(Root, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        // Into the file that the source has open.
        File.WriteAllText(full, text);
    }

    public void Delete(string path) => File.Delete(Path.Combine(Root, path));

    public void Meminfo(int available, int total) =>
        Write("proc/meminfo", $"MemTotal:       {total} kB\nMemFree:        1 kB\nMemAvailable:   {available} kB\n");

    /// <summary>What the process itself has of the machine's memory.</summary>
    public void Own(int kibibytes) => Write("proc/self/status", $"Name:\tapp\nVmRSS:\t  {kibibytes + 9} kB\nRssAnon:\t     {kibibytes} kB\nRssFile:\t  9 kB\n");

    public void Usage(double mebibytes) => Write(V2 + "memory.current", $"{(long)((mebibytes + 20) * Mebi)}\n");

    public void Stall(long some, long full) => Write(
        V2 + "memory.pressure", $"some avg10=94.55 avg60=90.00 avg300=9.00 total={some}\nfull avg10=94.55 avg60=90.00 avg300=9.00 total={full}\n");

    public void Events(int high = 0, int max = 0, int oom = 0, int oomKill = 0) =>
        Write(V2 + "memory.events", $"low 0\nhigh {high}\nmax {max}\noom {oom}\noom_kill {oomKill}\noom_group_kill 0\n");

    /// <summary>A reading after a second.</summary>
    public PressureReading Tick(double seconds = 1)
    {
        Time.Advance(TimeSpan.FromSeconds(seconds));
        return Source.Read();
    }

    public Measurement<double> Gauge(string name)
    {
        var source = Source;
        Measurement<double> seen = default;
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Name == name && instrument.Meter.Scope == _services.GetRequiredService<IMeterFactory>())
                    listener.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<double>((_, value, tags, _) => seen = new(value, tags));
        listener.Start();
        listener.RecordObservableInstruments();
        GC.KeepAlive(source);
        return seen;
    }

    public void Dispose()
    {
        _source?.Dispose();
        _services.Dispose();
        _root.Delete(recursive: true);
    }
}
