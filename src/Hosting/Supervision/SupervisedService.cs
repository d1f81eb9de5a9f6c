using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace CrashShield.Hosting.Supervision;

/// <summary>Runs a hosted service as a child: each attempt is a new instance, in a service scope of its own.</summary>
internal sealed class SupervisedService<T>(IServiceScopeFactory scopes, TaskSupervisor supervisor, SupervisionPolicy? policy) : IHostedService
    where T : class, IHostedService
{
    private readonly ChildSupervisor _children = supervisor.OpenService(typeof(T).Name, policy);
    private readonly TaskCompletionSource _firstStart = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile Task _cleanUp = Task.CompletedTask;

    /// <summary>Waits for the first start as the host does for any service, but a failed one does not end the host's start.</summary>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        _children.Start(typeof(T).Name, RunAsync, restart: null);
        return _firstStart.Task.WaitAsync(cancellationToken);
    }

    public async Task StopAsync(CancellationToken cancellationToken) =>
        await StopAndCleanUpAsync().WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    // The attempt that fails last leaves a clean-up, which the process should not exit in the midst of.
    private async Task StopAndCleanUpAsync()
    {
        await _children.StopAsync(StopOrder.Reverse).ConfigureAwait(false);
        await _cleanUp.ConfigureAwait(false);
    }

    private async Task RunAsync(CancellationToken cancellationToken)
    {
        // The next instance comes when the one before has gone, or has used up the time to go.
        await _cleanUp.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await RunAsync(new(scopes, _children), cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _firstStart.TrySetResult();
        }
    }

    private async Task RunAsync(ServiceAttempt<T> attempt, CancellationToken cancellationToken)
    {
        var isStopped = false;
        try
        {
            await attempt.RunAsync(_firstStart, cancellationToken).ConfigureAwait(false);
            isStopped = cancellationToken.IsCancellationRequested;
        }
        finally
        {
            // Not awaited here: the end of the attempt is told at once, as its clean-up may never end.
            if (!isStopped)
                _cleanUp = attempt.CleanUpAsync();
        }

        // A stop includes the disposal, and the supervisor bounds it.
        if (isStopped)
            await attempt.DisposeAsync().ConfigureAwait(false);
    }
}
