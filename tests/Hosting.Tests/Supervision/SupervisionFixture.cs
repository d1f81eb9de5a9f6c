using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using CrashShield.Hosting.Circuit;
using CrashShield.Hosting.Failures;
using CrashShield.Hosting.Supervision;
using CrashShield.Hosting.Tests.Telemetry;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace CrashShield.Hosting.Tests.Supervision;

/// <summary>A supervisor with a clock, a log and metrics of its own.</summary>
internal sealed class SupervisionFixture : IAsyncDisposable
{
    private readonly ServiceProvider _services;
    private readonly ServiceDescriptor[] _hosted;
    private readonly MeterCounts _counts;

    public SupervisionFixture(Action<CrashShieldOptions>? configure = null, Action<IServiceCollection>? add = null)
    {
        var services = new ServiceCollection();
        services.AddSingleton<TimeProvider>(Time);
        services.AddLogging(logging => logging.ClearProviders().AddProvider(Log));
        services.AddCrashShield(new ConfigurationBuilder().Build(), options =>
        {
            options.Exceptions.OnCaptured((failure, _) =>
            {
                Hooked.Enqueue(failure);
                return default;
            });
            configure?.Invoke(options);
        });
        add?.Invoke(services);
        _hosted = [.. services.Where(service => service.ServiceType == typeof(IHostedService))];
        _services = services.BuildServiceProvider();
        _counts = new(_services.GetRequiredService<IMeterFactory>());
        Supervisor = _services.GetRequiredService<TaskSupervisor>();
    }

    public CountingClock Time { get; } = new(new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero));

    public LogRecords Log { get; } = new();

    public ConcurrentQueue<CapturedFailure> Hooked { get; } = new();

    public TaskSupervisor Supervisor { get; }

    public IServiceProvider Services => _services;

    public HealthCircuit Circuit => _services.GetRequiredService<HealthCircuit>();

    /// <summary>A policy that restarts at once and often, unless told otherwise.</summary>
    public static SupervisionPolicy Policy(SupervisionStrategy strategy, RestartType? restart = null, int maxRestarts = 100) =>
        new() { Strategy = strategy, Restart = restart, MaxRestarts = maxRestarts, BackoffMax = TimeSpan.Zero };

    /// <summary>A service that was added with <c>AddSupervisedService</c>, without the host that the others need.</summary>
    public IHostedService Service<T>()
        where T : class, IHostedService =>
        _hosted.Select(hosted => hosted.ImplementationFactory).OfType<Func<IServiceProvider, SupervisedService<T>>>().Single()(_services);

    public long Count(string instrument, string tag) => _counts.Of(instrument, tag);

    /// <summary>Lets the clock run in steps until the condition holds. The timers that it waits for may be created meanwhile.</summary>
    public Task Advance(TimeSpan step, Func<bool> until, string what) => Deadline.Until(
        () =>
        {
            if (until())
                return true;
            Time.Advance(step);
            return false;
        },
        what);

    public async ValueTask DisposeAsync()
    {
        _counts.Dispose();
        await _services.DisposeAsync();
    }
}
