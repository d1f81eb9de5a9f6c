using CrashShield.Hosting.Failures;
using CrashShield.Hosting.Scheduling;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace CrashShield.Hosting.Leaks;

/// <summary>Looks for leaks once a second, by the schedule.</summary>
internal sealed class LeakMonitor : IHostedService, IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly LeakRegistry _registry;
    private readonly LeakWatch _watch;
    private readonly ShieldSchedule _schedule;
    private readonly ILogger<LeakWatch> _logger;
    private readonly bool _hasMethods;
    private AbandonedMethods? _methods;
    private ScheduledJob? _job;
    private int _isDisposed;

    // Tracking begins here and not at the start: the services that start before this one have tasks too.
    public LeakMonitor(LeakRegistry registry, LeakWatch watch, ShieldSchedule schedule, IOptions<CrashShieldOptions> options, ILogger<LeakWatch> logger)
    {
        (_registry, _watch, _schedule, _logger, _hasMethods) = (registry, watch, schedule, logger, options.Value.Leaks.AbandonedMethods);
        registry.Attach();
    }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (_hasMethods && AbandonedMethods.WhyNot is { } reason)
            LeakLog.MethodsNotReported(_logger, reason);
        else if (_hasMethods)
            _methods = new AbandonedMethods(_registry);
        _job = _schedule.Add(Work);
        _job.RunAfter(Interval);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        _job?.Remove();
        return Task.CompletedTask;
    }

    public void Dispose()
    {
        _job?.Remove();
        _methods?.Dispose();
        if (Interlocked.Exchange(ref _isDisposed, 1) == 0)
            _registry.Detach();
    }

    private void TellFailed(Exception e) => GuardedLog.Write(() => LeakLog.StepFailed(_logger, LoggableException.Of(e), e.GetType().ToString()));

    private void Work()
    {
        try
        {
            _watch.Step();
        }
        catch (Exception e)
        {
            TellFailed(e);
        }

        _job!.RunAbout(Interval);
    }
}
