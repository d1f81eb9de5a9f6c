using System.Runtime.ExceptionServices;
using Microsoft.Extensions.Hosting;

namespace CrashShield.Hosting.Supervision;

/// <summary>One life of a hosted service: start, run, stop, dispose.</summary>
internal sealed class ServiceAttempt(IHostedService service, ChildSupervisor children)
{
    public async Task RunAsync(TaskCompletionSource started, CancellationToken cancellationToken)
    {
        ExceptionDispatchInfo? failure = null;
        try
        {
            await StartAsync(cancellationToken).ConfigureAwait(false);
            started.TrySetResult();
            await UntilEndAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            failure = ExceptionDispatchInfo.Capture(e);
        }

        try
        {
            await CleanUpAsync(hasFailed: failure is not null && !cancellationToken.IsCancellationRequested).ConfigureAwait(false);
        }
        catch (Exception e) when (failure is not null && !cancellationToken.IsCancellationRequested)
        {
            children.Reporter.CleanupFailed(service.GetType().Name, e);
        }

        failure?.Throw();
    }

    // As with the host, the token of the start ends with the start.
    private async Task StartAsync(CancellationToken cancellationToken)
    {
        using var starting = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await service.StartAsync(starting.Token).ConfigureAwait(false);
    }

    private async Task UntilEndAsync(CancellationToken cancellationToken)
    {
        if (service is BackgroundService { ExecuteTask: { } running })
            await running.WaitAsync(cancellationToken).ConfigureAwait(false);

        // Many a service only sets something up and returns. As under the host, it lives on until it is stopped.
        if (service is not BackgroundService || children.Policy.Restart != RestartType.Permanent)
            await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken).ConfigureAwait(false);
    }

    private async Task CleanUpAsync(bool hasFailed)
    {
        try
        {
            await StopAsync(hasFailed).ConfigureAwait(false);
        }
        finally
        {
            await DisposeAsync().ConfigureAwait(false);
        }
    }

    private async Task StopAsync(bool hasFailed)
    {
        using var bound = new CancellationTokenSource(children.Bound, children.Time);
        var stopping = service.StopAsync(bound.Token);
        if (hasFailed)
        {
            // Nobody else bounds the clean-up after a failure, and the restart waits for it.
            await stopping.WaitAsync(bound.Token).ConfigureAwait(false);
            return;
        }

        await stopping.ConfigureAwait(false);

        // StopAsync gives up at the bound and says nothing; the supervisor is to see that the work goes on.
        if (service is BackgroundService { ExecuteTask: { } running })
            await running.ConfigureAwait(false);
    }

    private async ValueTask DisposeAsync()
    {
        if (service is IAsyncDisposable asynchronous)
            await asynchronous.DisposeAsync().ConfigureAwait(false);
        else
            (service as IDisposable)?.Dispose();
    }
}
