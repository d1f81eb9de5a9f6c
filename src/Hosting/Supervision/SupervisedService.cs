using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace CrashShield.Hosting.Supervision;

/// <summary>Runs a hosted service as a child: each attempt is a new instance, in a service scope of its own.</summary>
internal sealed class SupervisedService<T>(IServiceScopeFactory scopes, TaskSupervisor supervisor, SupervisionPolicy? policy) : IHostedService
    where T : class, IHostedService
{
    private readonly ChildSupervisor _children = supervisor.OpenService(typeof(T).Name, policy);
    private readonly TaskCompletionSource _firstStart = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Waits for the first start as the host does for any service, but a failed one does not end the host's start.</summary>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        _children.Start(typeof(T).Name, RunAsync, restart: null);
        return _firstStart.Task.WaitAsync(cancellationToken);
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        var stopped = _children.StopAsync(StopOrder.Reverse);
        await stopped.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            var scope = scopes.CreateAsyncScope();
            await using (scope.ConfigureAwait(false))
            {
                var attempt = new ServiceAttempt(ActivatorUtilities.CreateInstance<T>(scope.ServiceProvider), _children);
                await attempt.RunAsync(_firstStart, cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            _firstStart.TrySetResult();
        }
    }
}
