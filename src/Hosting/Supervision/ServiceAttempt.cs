using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace CrashShield.Hosting.Supervision;

/// <summary>One life of a hosted service, in a service scope of its own: create, start, run, stop, dispose.</summary>
internal sealed class ServiceAttempt<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] T>(IServiceScopeFactory scopes, ChildSupervisor children)
    where T : class, IHostedService
{
    private readonly AsyncServiceScope _scope = scopes.CreateAsyncScope();
    private T? _service;
    private bool _isStopCalled;

    /// <summary>Whether the service has ended by itself, and is not to be started again.</summary>
    public bool HasEnded { get; private set; }

    /// <summary>Completes when the service has ended; when it is cancelled, once it has stopped. The caller bounds the stop.</summary>
    public async Task RunAsync(TaskCompletionSource started, CancellationToken cancellationToken)
    {
        children.Health?.Enter();
        _service = ActivatorUtilities.CreateInstance<T>(_scope.ServiceProvider);
        try
        {
            await StartAsync(_service, cancellationToken).ConfigureAwait(false);
            children.Health?.Started();
            started.TrySetResult();
            await UntilEndAsync(_service, cancellationToken).ConfigureAwait(false);
            return;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
        }

        await StopAsync(_service).ConfigureAwait(false);
    }

    /// <summary>Disposes of a service that has stopped. The caller bounds it.</summary>
    public async Task DisposeAsync()
    {
        await using (_scope.ConfigureAwait(false))
            await DisposeServiceAsync().ConfigureAwait(false);
    }

    /// <summary>
    /// Cleans up after an attempt that has ended by itself or failed, within the bound: what takes longer is reported as stuck and left behind.
    /// Never throws.
    /// </summary>
    public async Task CleanUpAsync()
    {
        var watch = new CleanupWatch(children);
        var cleaning = watch.ObserveAsync(StopAndDisposeAsync(watch));
        if (!await ChildStop.EndsWithinAsync(cleaning, children.Bound, children.Time).ConfigureAwait(false))
            watch.ReportStuck();
    }

    // As with the host, the token of the start ends with the start.
    private static async Task StartAsync(T service, CancellationToken cancellationToken)
    {
        using var starting = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await service.StartAsync(starting.Token).ConfigureAwait(false);
    }

    private async Task UntilEndAsync(T service, CancellationToken cancellationToken)
    {
        if (service is BackgroundService { ExecuteTask: { } running })
        {
            var start = children.Time.GetTimestamp();
            await UntilEndAsync(running, cancellationToken).ConfigureAwait(false);
            HasEnded = children.Policy.Restart != RestartType.Permanent && !cancellationToken.IsCancellationRequested;
            if (HasEnded)
                children.Reporter.ServiceEnded(children.Name, children.Time.GetElapsedTime(start));
        }

        // Many a service only sets something up and returns. As under the host, it lives on until it is stopped.
        if (service is not BackgroundService || children.Policy.Restart != RestartType.Permanent)
            await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken).ConfigureAwait(false);
    }

    // .NET makes a cancellation of it, as if a dependency had timed out.
    private static async Task UntilEndAsync(Task running, CancellationToken cancellationToken)
    {
        await running.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (running.IsCanceled && IsOfNoTask(running))
            throw new InvalidOperationException($"{typeof(T).FullName}.ExecuteAsync returned null.");
        await running.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    // A cancellation that was thrown has a task or a token of its own.
    private static bool IsOfNoTask(Task cancelled)
    {
        try
        {
            cancelled.GetAwaiter().GetResult();
            return false;
        }
        catch (OperationCanceledException e)
        {
            return e is TaskCanceledException { InnerException: null } nobodys && nobodys.Task == cancelled && !nobodys.CancellationToken.CanBeCanceled;
        }
    }

    private async Task StopAsync(T service)
    {
        _isStopCalled = true;
        // Not on the thread that cancels: it has others to tell, and this one may block.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        using var bound = new CancellationTokenSource(children.Bound, children.Time);
        await service.StopAsync(bound.Token).ConfigureAwait(false);

        // StopAsync gives up at the bound and says nothing; the supervisor is to see that the work goes on.
        if (service is BackgroundService { ExecuteTask: { } running })
            await running.ConfigureAwait(false);
    }

    private async Task StopAndDisposeAsync(CleanupWatch watch)
    {
        // All of it is the application's code, any of which may block: it gets a pool thread, never the caller's.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        try
        {
            if (_service is not null && !_isStopCalled)
                await StopWithinBoundAsync(_service, watch).ConfigureAwait(false);
        }
        finally
        {
            await DisposeAsync().ConfigureAwait(false);
        }
    }

    // When the stop outlasts the bound, the service is disposed of all the same.
    private async Task StopWithinBoundAsync(T service, CleanupWatch watch)
    {
        using var bound = new CancellationTokenSource(children.Bound, children.Time);
        var stopping = service.StopAsync(bound.Token);
        if (await ChildStop.EndsWithinAsync(Quietly(stopping), children.Bound, children.Time).ConfigureAwait(false))
        {
            await stopping.ConfigureAwait(false);
            return;
        }

        watch.ReportStuck();
        _ = watch.ObserveAsync(stopping);
    }

    private static async Task Quietly(Task task) => await task.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    private async ValueTask DisposeServiceAsync()
    {
        if (_service is IAsyncDisposable asynchronous)
            await asynchronous.DisposeAsync().ConfigureAwait(false);
        else
            (_service as IDisposable)?.Dispose();
    }
}
