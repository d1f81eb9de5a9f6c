using CrashShield.Hosting.Failures;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace CrashShield.Hosting.Drain;

/// <summary>Makes the drain ready before the other services start, and ends it when they have stopped.</summary>
internal sealed class DrainService(DrainSequence drain, BackgroundFailure failure, DrainTimes times, ServingState serving, ILogger<DrainSequence> logger) : IHostedLifecycleService
{
    public Task StartingAsync(CancellationToken cancellationToken)
    {
        drain.Start();
        failure.Watch();
        return Task.CompletedTask;
    }

    public Task StartedAsync(CancellationToken cancellationToken)
    {
        failure.Watch();
        failure.WatchEnds();
        var all = serving.HasServer ? times : times.WithoutServing();
        if (all.Overrun)
            GuardedLog.Write(() => DrainLog.GraceTooShort(logger, all.Total ?? Timeout.InfiniteTimeSpan, all.GracePeriod, all.Delay, all.LameDuck, all.Host, all.CleanUp));
        return Task.CompletedTask;
    }

    public Task StoppedAsync(CancellationToken cancellationToken)
    {
        drain.End();
        return Task.CompletedTask;
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
