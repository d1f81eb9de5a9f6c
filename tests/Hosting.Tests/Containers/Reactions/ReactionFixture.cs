using CrashShield.Hosting.Circuit;
using CrashShield.Hosting.Containers;
using CrashShield.Hosting.Containers.Reactions;
using CrashShield.Hosting.Drain;
using CrashShield.Hosting.Handoff;
using CrashShield.Hosting.Telemetry;
using CrashShield.Hosting.Tests.Supervision;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace CrashShield.Hosting.Tests.Containers.Reactions;

/// <summary>All that CrashShield registers, over a tree of files, and not started: the test takes each reading and has the work done.</summary>
internal sealed class ReactionFixture : IDisposable
{
    private readonly IHost _host;
    private readonly bool _ownsSnapshots;

    public ReactionFixture(FakeKernel kernel, string? snapshots = null, Action<CrashShieldOptions>? options = null)
    {
        Kernel = kernel;
        _ownsSnapshots = snapshots is null;
        Snapshots = snapshots ?? Directory.CreateTempSubdirectory("crashshield-reactions-").FullName;
        var builder = Host.CreateEmptyApplicationBuilder(new() { ApplicationName = "Orders Api" });
        builder.Logging.AddProvider(Log);
        builder.Services.AddSingleton<TimeProvider>(kernel.Time);
        builder.Services.AddSingleton(new KernelRoot(kernel.Root));
        builder.Services.AddCrashShield(builder.Configuration, shield =>
        {
            shield.Snapshots.Directory = Snapshots;
            options?.Invoke(shield);
        });
        builder.Services.AddSingleton<ProcessEnd>(End);
        _host = builder.Build();
        _host.Services.GetRequiredService<ShieldMeter>().AttachTo(instrument => instrument.Name != "crashshield.container.reactions"
            ? null
            : (_, tags) => Outcomes.Add($"{tags[0].Value} {tags[1].Value}"));
        Source = _host.Services.GetServices<IPressureSource>().OfType<ContainerSource>().Single();
    }

    public FakeKernel Kernel { get; }

    public string Snapshots { get; }

    public LogRecords Log { get; } = new();

    public List<string> Outcomes { get; } = [];

    public RecordedEnd End { get; } = new();

    public ContainerSource Source { get; }

    public DrainSequence Drain => _host.Services.GetRequiredService<DrainSequence>();

    public ServingState Serving => _host.Services.GetRequiredService<ServingState>();

    public AcceptGate Gate => _host.Services.GetRequiredService<AcceptGate>();

    /// <summary>The bundles' names from the reason on.</summary>
    public string[] Bundles => [.. Directory.GetDirectories(Snapshots).Order()];

    /// <summary>A reading after a second, and what is due then.</summary>
    public void Tick(double seconds = 1)
    {
        Kernel.Time.Advance(TimeSpan.FromSeconds(seconds));
        Source.Read();
        Work();
    }

    /// <summary>Does what is due.</summary>
    public void Work()
    {
        while (_host.Services.GetRequiredService<ContainerReaction>().Step())
        {
            // Until there is nothing.
        }
    }

    /// <summary>Readings of so many tasks, of the 100 allowed.</summary>
    public void Tasks(int tasks, int seconds)
    {
        Kernel.Write(FakeKernel.V2 + "pids.current", $"{tasks}\n");
        for (var i = 0; i < seconds; i++)
            Tick();
    }

    public void Dispose()
    {
        _host.Dispose();
        if (_ownsSnapshots)
            Directory.Delete(Snapshots, recursive: true);
    }

    internal sealed class RecordedEnd : ProcessEnd
    {
        public int? Asked { get; private set; }

        public override void ExitWith(int status, Func<bool> holds) => Asked = status;
    }
}
