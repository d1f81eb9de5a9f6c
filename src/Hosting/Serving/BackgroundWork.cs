using CrashShield.Hosting.Failures;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace CrashShield.Hosting.Serving;

/// <summary>The background services of this process in a hand-over: exactly one process is to run them.</summary>
internal sealed class BackgroundWork(ServingTurns turns, IEnumerable<HostedServices> services, IOptions<HostOptions> host, ILogger<BackgroundWork> logger, TimeProvider time)
{
    private readonly TimeSpan _stopWithin = host.Value.ShutdownTimeout;
    private volatile bool _isTold;

    /// <summary>This process has started beside another.</summary>
    public void TellWaiting()
    {
        _isTold = true;
        if (Waiting is { Length: > 0 } waiting)
            GuardedLog.Write(() => ServingLog.ServicesWait(logger, waiting));
        else if (Waiting is null)
            GuardedLog.Write(() => ServingLog.ServicesNotHeld(logger));
    }

    /// <summary>This process serves.</summary>
    public void Serve()
    {
        if (turns.Serve() && _isTold)
            GuardedLog.Write(() => ServingLog.ServicesRun(logger));
    }

    /// <summary>Another process serves from now on.</summary>
    /// <returns>Whether it may go on with the work: not, when this process serves again meanwhile.</returns>
    public async Task<bool> RestAsync()
    {
        _isTold = true;
        if (Waiting is null)
            GuardedLog.Write(() => ServingLog.ServicesNotHeld(logger));
        var start = time.GetTimestamp();
        try
        {
            if (!await turns.Rest().WaitAsync(_stopWithin, time).ConfigureAwait(false))
                return false;
            GuardedLog.Write(() => ServingLog.ServicesRest(logger, time.GetElapsedTime(start).TotalMilliseconds));
        }
        catch (TimeoutException)
        {
            GuardedLog.Write(() => ServingLog.ServicesGoOn(logger, _stopWithin));
        }

        return !turns.IsServing;
    }

    private string? Waiting => services.Select(static all => all.Waiting).FirstOrDefault();
}
