using CrashShield.Hosting.Failures;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace CrashShield.Hosting.Leaks;

/// <summary>Looks for leaks once a second, on a thread of its own.</summary>
internal sealed class LeakMonitor : IHostedService, IDisposable
{
    private const int StackSize = 256 * 1024;
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly ManualResetEvent _stop = new(false);
    private readonly LeakRegistry _registry;
    private readonly LeakWatch _watch;
    private readonly ILogger<LeakWatch> _logger;
    private readonly bool _hasMethods;
    private AbandonedMethods? _methods;
    private int _isDisposed;

    // Tracking begins here and not at the start: the services that start before this one have tasks too.
    public LeakMonitor(LeakRegistry registry, LeakWatch watch, IOptions<CrashShieldOptions> options, ILogger<LeakWatch> logger)
    {
        (_registry, _watch, _logger, _hasMethods) = (registry, watch, logger, options.Value.Leaks.AbandonedMethods);
        registry.Attach();
    }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (_hasMethods)
            _methods = new AbandonedMethods(_registry);
        new Thread(Loop, StackSize) { IsBackground = true, Name = "shield leaks" }.Start();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        _stop.Set();
        return Task.CompletedTask;
    }

    public void Dispose()
    {
        _stop.Set();
        _methods?.Dispose();
        if (Interlocked.Exchange(ref _isDisposed, 1) == 0)
            _registry.Detach();
    }

    private void TellFailed(Exception e) => GuardedLog.Write(() => LeakLog.StepFailed(_logger, LoggableException.Of(e), e.GetType().ToString()));

    private void Loop()
    {
        while (!_stop.WaitOne(Interval))
        {
            try
            {
                _watch.Step();
            }
            catch (Exception e)
            {
                TellFailed(e);
            }
        }
    }
}
