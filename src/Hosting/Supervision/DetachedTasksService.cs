using CrashShield.Hosting.Drain;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace CrashShield.Hosting.Supervision;

/// <summary>Stops the tasks that belong to no scope with the host.</summary>
internal sealed class DetachedTasksService(
    TaskSupervisor supervisor, DrainSequence drain, IOptions<HostOptions> host, TimeProvider time) : IHostedLifecycleService
{
    private long _stoppingSince;

    /// <summary>The host's time to stop has begun.</summary>
    public Task StoppingAsync(CancellationToken cancellationToken)
    {
        _stoppingSince = time.GetTimestamp();
        return Task.CompletedTask;
    }

    // When the host runs out of time first, that is no failure of the tasks' to throw.
    public Task StopAsync(CancellationToken cancellationToken) => supervisor.StopDetachedAsync(Patience(), drain.Now, cancellationToken);

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    // What is left of the host's time, but for what tasks need that have to be cancelled in the end.
    private TimeSpan Patience()
    {
        if (host.Value.ShutdownTimeout == Timeout.InfiniteTimeSpan)
            return Timeout.InfiniteTimeSpan;

        var left = host.Value.ShutdownTimeout - time.GetElapsedTime(_stoppingSince);
        var reserve = left / 2 < supervisor.Runtime.ShutdownTimeout ? left / 2 : supervisor.Runtime.ShutdownTimeout;
        return left > reserve ? left - reserve : TimeSpan.Zero;
    }
}
