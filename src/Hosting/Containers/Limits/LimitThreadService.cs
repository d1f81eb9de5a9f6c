using CrashShield.Hosting.Failures;
using CrashShield.Hosting.Handoff;
using CrashShield.Hosting.Scheduling;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace CrashShield.Hosting.Containers.Limits;

/// <summary>Starts the thread once it is known who leads this process, and the first requests have been served: all that it will run is compiled for it.</summary>
internal sealed class LimitThreadService(LimitThread thread, HandoffService handoff, ShieldSchedule schedule, ILogger<LimitThread> logger) : IHostedLifecycleService
{
    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(500);

    private ScheduledJob? _job;

    public Task StartedAsync(CancellationToken cancellationToken)
    {
        // The init watches, and ends who is held up.
        if (handoff.IsLedByInit)
            return Task.CompletedTask;
        _job = schedule.Add(Start);
        _job.RunAfter(First);
        return Task.CompletedTask;
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken)
    {
        _job?.Remove();
        return Task.CompletedTask;
    }

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private void Start()
    {
        try
        {
            thread.TryStart();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidOperationException)
        {
            // The rest of the process watches the limits as well, for as long as it runs.
            GuardedLog.Write(() => ContainerLog.NoThread(logger, e.GetType().FullName, ExceptionText.Message(e)));
        }
    }
}
