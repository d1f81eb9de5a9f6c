using System.Diagnostics.Metrics;
using CrashShield.Hosting.Circuit;
using CrashShield.Hosting.Drain;
using CrashShield.Hosting.Handoff;
using CrashShield.Hosting.Signals;
using CrashShield.Hosting.Snapshots;
using CrashShield.Hosting.Telemetry;
using CrashShield.Hosting.Tests.Supervision;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace CrashShield.Hosting.Tests.Signals;

/// <summary>What signals act on, without a signal.</summary>
internal sealed class SignalFixture : IDisposable
{
    public SignalFixture()
    {
        Options.Snapshots.Directory = Directory.CreateTempSubdirectory("signals").FullName;
        var meter = new ShieldMeter(new ServiceCollection().AddMetrics().BuildServiceProvider().GetRequiredService<IMeterFactory>());
        meter.AttachTo(instrument => instrument.Name != "crashshield.snapshots" ? null : (_, tags) => Outcomes.Add($"{tags[0].Value} {tags[1].Value}"));
        var options = Microsoft.Extensions.Options.Options.Create(Options);
        Circuit = new(meter, NullLogger<HealthCircuit>.Instance, options, Time);
        Snapshot = new(
            Circuit, new(Options.Snapshots.Directory, [], Time), new(meter), options, new Logger<OperatorSnapshot>(new LoggerFactory([Log])), Time);
    }

    public FakeTimeProvider Time { get; } = new();

    public CrashShieldOptions Options { get; } = new();

    public List<string> Outcomes { get; } = [];

    public LogRecords Log { get; } = new();

    public ServingState Serving { get; } = new();

    public HealthCircuit Circuit { get; }

    public OperatorSnapshot Snapshot { get; }

    public string[] Bundles => Directory.GetDirectories(Options.Snapshots.Directory);

    public SignalActions Actions(IHotRestart? restart = null) =>
        new(Circuit, Serving, Snapshot, new Logger<SignalActions>(new LoggerFactory([Log])), restart);

    public void Dispose() => Directory.Delete(Options.Snapshots.Directory, recursive: true);
}
