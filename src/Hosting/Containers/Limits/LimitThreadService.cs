using CrashShield.Hosting.Failures;
using CrashShield.Hosting.Handoff;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace CrashShield.Hosting.Containers.Limits;

/// <summary>Starts the thread once it is known who leads this process.</summary>
internal sealed class LimitThreadService(LimitThread thread, HandoffService handoff, ILogger<LimitThread> logger) : IHostedLifecycleService
{
    public Task StartedAsync(CancellationToken cancellationToken)
    {
        try
        {
            // The init watches, and ends who is held up.
            if (!handoff.IsLedByInit)
                thread.TryStart();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidOperationException)
        {
            // The rest of the process watches the limits as well, for as long as it runs.
            GuardedLog.Write(() => ContainerLog.NoThread(logger, e.GetType().FullName, ExceptionText.Message(e)));
        }

        return Task.CompletedTask;
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
