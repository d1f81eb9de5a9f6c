using CrashShield.Hosting;
using CrashShield.Hosting.Admission;
using CrashShield.Hosting.Circuit;
using CrashShield.Hosting.Configuration;
using CrashShield.Hosting.Containers;
using CrashShield.Hosting.Containers.Limits;
using CrashShield.Hosting.Containers.Reactions;
using CrashShield.Hosting.Degraded;
using CrashShield.Hosting.Drain;
using CrashShield.Hosting.Endpoints;
using CrashShield.Hosting.Failures;
using CrashShield.Hosting.HealthChecks;
using CrashShield.Hosting.Leaks;
using CrashShield.Hosting.Memory;
using CrashShield.Hosting.Outbound;
using CrashShield.Hosting.Scheduling;
using CrashShield.Hosting.Signals;
using CrashShield.Hosting.Snapshots;
using CrashShield.Hosting.Supervision;
using CrashShield.Hosting.Telemetry;
using CrashShield.Hosting.ThreadPools;
using CrashShield.Hosting.ThreadPools.Blocking;
using CrashShield.Hosting.ThreadPools.Diagnosis;
using CrashShield.Hosting.ThreadPools.Relief;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds CrashShield to a host of any kind.</summary>
public static class CrashShieldServiceCollectionExtensions
{
    /// <summary>
    /// Adds everything that needs no web server: captured failures, supervision, the clean-up chain, telemetry.
    /// A web application calls <c>builder.AddCrashShield()</c> instead, which calls this. Calling it again only adds <paramref name="configure"/>.
    /// </summary>
    /// <param name="services">The services of the host.</param>
    /// <param name="configuration">The configuration whose section <c>CrashShield</c> is bound.</param>
    /// <param name="configure">Settings made in code; they override the configuration.</param>
    /// <returns>The same services.</returns>
    public static IServiceCollection AddCrashShield(
        this IServiceCollection services, IConfiguration configuration, Action<CrashShieldOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configuration);

        if (configure is not null)
            services.Configure(configure);
        if (services.Any(service => service.ServiceType == typeof(HealthCircuit)))
            return services;

        // Before the user's own delegates, so that code overrides configuration.
        services.Insert(0, ServiceDescriptor.Singleton<IConfigureOptions<CrashShieldOptions>>(new CrashShieldOptionsSetup(configuration)));
        services.AddSingleton<IValidateOptions<CrashShieldOptions>, CrashShieldOptionsValidator>();
        services.AddOptions<CrashShieldOptions>().ValidateOnStart();
        services.AddMetrics();
        services.AddSingleton<ShieldMeter>();
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(static _ => new ShieldSchedule());
        services.AddHandoff();
        services.AddCircuit();
        services.AddThreadPoolMonitor();
        services.AddBlockingReporter();
        services.AddLeakMonitor();
        services.AddMemoryMonitor();
        services.AddSnapshots();
        services.AddContainerMonitor();
        services.AddSingleton<IValidateOptions<CrashShieldOptions>, AdmissionOptionsRules>();
        services.AddSingleton<IValidateOptions<CrashShieldOptions>, EndpointOptionsRules>();
        services.AddOutbound();
        services.AddFailures();
        services.AddSupervision();
        services.AddCleanup();
        services.AddLogFloor();
        services.AddDrain();
        services.AddSignals();
        services.AddTelemetry(configuration);
        return services;
    }

    private static void AddCircuit(this IServiceCollection services)
    {
        services.AddSingleton(provider => new HealthCircuit(
            provider.GetRequiredService<ShieldMeter>(),
            provider.GetRequiredService<ILogger<HealthCircuit>>(),
            provider.GetRequiredService<IOptions<CrashShieldOptions>>(),
            provider.GetRequiredService<TimeProvider>()));
        services.AddHealthCheckRounds();
        services.AddCircuitReaction<FailedProcess>();
        services.AddHostedService(provider => new CircuitReactions(
            [.. provider.GetServices<ICircuitReaction>(), .. provider.GetServices<IDegradable>().Select(degradable => new DegradableReaction(degradable))],
            provider.GetRequiredService<HealthCircuit>(),
            provider.GetRequiredService<ShieldSchedule>(),
            provider.GetRequiredService<IOptions<CrashShieldOptions>>(),
            provider.GetRequiredService<ILogger<HealthCircuit>>(),
            provider.GetRequiredService<TimeProvider>()));
        services.AddHostedService<PressureMonitor>();
    }

    private static void AddThreadPoolMonitor(this IServiceCollection services)
    {
        services.AddSingleton<IValidateOptions<CrashShieldOptions>, ThreadPoolOptionsRules>();
        services.AddSingleton<ProcessorWatch>();
        if (OperatingSystem.IsLinux())
        {
            services.TryAddSingleton(KernelRoot.Machine);
            services.AddSingleton<IProcessorReadings, LinuxReadings>();
        }
        else
        {
            services.AddSingleton<IProcessorReadings, RuntimeReadings>();
        }

        services.AddSingleton<ReliefBound>();
        services.AddSingleton<QueueDelayMonitor>();
        services.AddHostedService(provider => provider.GetRequiredService<QueueDelayMonitor>());
        services.AddPressureSource<ThreadPoolSource>();
    }

    private static void AddBlockingReporter(this IServiceCollection services)
    {
        services.AddSingleton(provider => new BlockingSampler(provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(provider => new BlockingReporter(
            provider.GetRequiredService<BlockingSampler>(),
            provider.GetRequiredService<ShieldSchedule>(),
            provider.GetRequiredService<IOptions<CrashShieldOptions>>(),
            provider.GetRequiredService<ILogger<BlockingReporter>>(),
            provider.GetRequiredService<TimeProvider>()));
        services.AddHostedService(provider => provider.GetRequiredService<BlockingReporter>());
    }

    private static void AddOutbound(this IServiceCollection services)
    {
        services.AddSingleton<FailFastControl>();
        services.AddSingleton<ICircuitReaction>(provider => provider.GetRequiredService<FailFastControl>());
    }

    private static void AddLeakMonitor(this IServiceCollection services)
    {
        services.TryAddSingleton(static _ => LeakRegistry.Process);
        services.AddSingleton<LeakMetrics>();
        services.AddSingleton<LeakWatch>();
        services.AddHostedService<LeakMonitor>();
        services.AddPressureSource<LeakSource>();
    }

    private static void AddMemoryMonitor(this IServiceCollection services)
    {
        services.AddSingleton<IValidateOptions<CrashShieldOptions>, MemoryOptionsRules>();
        services.AddSingleton<IGarbageCollector, RuntimeCollector>();
        services.AddSingleton(provider =>
        {
            var memory = provider.GetRequiredService<IOptions<CrashShieldOptions>>().Value.Memory;
            var statistics = new GcStatistics(
                provider.GetRequiredService<IGarbageCollector>(), memory.Window, memory.Interval, provider.GetRequiredService<TimeProvider>());
            FullCollectionCallback.Register(statistics);
            return statistics;
        });
        services.AddPressureSource<MemorySource>();
    }

    private static void AddSnapshots(this IServiceCollection services)
    {
        services.AddSingleton<SnapshotMetrics>();
        services.AddSingleton(provider => new SnapshotWriter(
            provider.GetRequiredService<IOptions<CrashShieldOptions>>().Value.Snapshots.Directory, [GcReport.Step], provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<OperatorSnapshot>();
        services.AddCircuitReaction<SnapshotReaction>();
    }

    private static void AddContainerMonitor(this IServiceCollection services)
    {
        services.AddSingleton<IValidateOptions<CrashShieldOptions>, ContainerOptionsRules>();
        // The files are Linux's alone.
        if (!OperatingSystem.IsLinux())
            return;

        services.TryAddSingleton(KernelRoot.Machine);
        services.AddSingleton<RestartFile>();
        services.AddSingleton<LimitThread>();
        services.AddSingleton<CriticalWatch>();
        services.AddSingleton<ReactionMetrics>();
        services.AddSingleton<ContainerEvidence>();
        services.AddSingleton<ContainerRestart>();
        services.AddSingleton<ContainerReaction>();
        services.AddHostedService(provider => provider.GetRequiredService<ContainerReaction>());
        services.AddHostedService<LimitThreadService>();
        services.AddPressureSource<ContainerSource>();
    }

    private static void AddFailures(this IServiceCollection services)
    {
        services.AddSingleton<FailureMetrics>();
        services.AddSingleton<FailureReporter>();
        services.AddHostedService<UnobservedTaskMonitor>();
    }

    private static void AddSupervision(this IServiceCollection services)
    {
        services.AddSingleton<SupervisionMetrics>();
        services.AddSingleton<BackgroundPause>();
        services.AddSingleton<ICircuitReaction>(provider => provider.GetRequiredService<BackgroundPause>());
        services.AddSingleton<TaskSupervisor>();
        services.AddSingleton<ITaskSupervisor>(provider => provider.GetRequiredService<TaskSupervisor>());
        services.AddSingleton(provider => new DeadLetterGuard(
            provider.GetRequiredService<TaskSupervisor>().Runtime.Reporter, provider.GetRequiredService<IOptions<CrashShieldOptions>>().Value.Supervision));
        services.AddHostedService<DetachedTasksService>();
    }
}
