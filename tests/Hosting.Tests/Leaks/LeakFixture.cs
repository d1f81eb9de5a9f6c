using System.Diagnostics.Metrics;
using CrashShield.Hosting.Leaks;
using CrashShield.Hosting.Tests.Supervision;
using CrashShield.Hosting.Tests.Telemetry;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace CrashShield.Hosting.Tests.Leaks;

/// <summary>A watch with a registry, a clock, a log and metrics of its own. The test has to call <see cref="Enter"/> itself: a flow takes no registry back from what it calls.</summary>
internal sealed class LeakFixture : IDisposable
{
    private readonly ServiceProvider _services;

    public LeakFixture(Action<LeakOptions>? configure = null)
    {
        Registry = new(Time);
        Registry.Attach();
        var services = new ServiceCollection();
        services.AddSingleton(Registry);
        services.AddLogging(logging => logging.ClearProviders().SetMinimumLevel(LogLevel.Debug).AddProvider(Log));
        services.AddCrashShield(new ConfigurationBuilder().Build(), options => configure?.Invoke(options.Leaks));
        _services = services.BuildServiceProvider();
        Counts = new(_services.GetRequiredService<IMeterFactory>());
        Watch = _services.GetRequiredService<LeakWatch>();
        Source = _services.GetServices<Hosting.Circuit.IPressureSource>().OfType<LeakSource>().Single();
    }

    public FakeTimeProvider Time { get; } = new(new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero));

    public LogRecords Log { get; } = new();

    public LeakRegistry Registry { get; }

    public MeterCounts Counts { get; }

    public LeakWatch Watch { get; }

    public LeakSource Source { get; }

    public static void Collect()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        GC.WaitForPendingFinalizers();
    }

    public void Enter() => LeakRegistry.Enter(Registry);

    /// <summary>Collects and looks, until the condition holds.</summary>
    public Task LookUntil(Func<bool> found, string what) => Deadline.Until(
        () =>
        {
            Collect();
            Watch.Step();
            return found();
        },
        what);

    public void Dispose()
    {
        Counts.Dispose();
        _services.Dispose();
    }
}
