using Microsoft.Extensions.Hosting;

namespace CrashShield.Hosting.Serving;

/// <summary>
/// A hosted service of the application, as the host gets it: what the host does to it reaches the one inside while that one runs. Itself a background service, so that the host sees a failure of the one
/// inside as its own.
/// </summary>
internal sealed class TurnService(IHostedService inner, TurnServices all) : BackgroundService, IHostedLifecycleService
{
    private readonly IHostedLifecycleService? _lifecycle = inner as IHostedLifecycleService;
    private readonly TaskCompletionSource<Task> _failed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task? _execution;
    private Task _stopping = Task.CompletedTask;
    private volatile bool _isRunning;
    private volatile bool _isResting;
    private volatile bool _hasEnded;

    public string Name => inner.GetType().Name;

    /// <summary>Whether the one inside has been started, and not been stopped.</summary>
    public bool IsRunning
    {
        get => _isRunning;
        set => _isRunning = value;
    }

    /// <summary>Whether the one inside has ended by itself: it does not begin again with the next turn.</summary>
    public bool HasEnded => _hasEnded;

    /// <summary>Whether the one inside has ended when the host had been told to stop.</summary>
    public bool HasEndedByStop { get; private set; }

    /// <summary>Whether it has run in an earlier turn.</summary>
    public bool HasRun { get; private set; }

    /// <summary>Whether something of it goes on though it was stopped.</summary>
    public bool GoesOn => !_stopping.IsCompleted || inner is BackgroundService { ExecuteTask: { IsCompleted: false } };

    /// <summary>How the one inside has failed. What it does when its turn ends is not told here.</summary>
    public override Task? ExecuteTask => _execution;

    public Task StartingAsync(CancellationToken cancellationToken)
    {
        all.Begin();
        return _isRunning && _lifecycle is not null ? _lifecycle.StartingAsync(cancellationToken) : Task.CompletedTask;
    }

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        // A host of an older kind knows no other step.
        all.Begin();
        _execution = FailAsync();
        if (!_isRunning)
            return;
        await inner.StartAsync(cancellationToken).ConfigureAwait(false);
        Watch();
    }

    public Task StartedAsync(CancellationToken cancellationToken) => _isRunning && _lifecycle is not null ? _lifecycle.StartedAsync(cancellationToken) : Task.CompletedTask;

    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        await all.LeaveToHost().WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (_isRunning && _lifecycle is not null)
            await _lifecycle.StoppingAsync(cancellationToken).ConfigureAwait(false);
    }

    public override Task StopAsync(CancellationToken cancellationToken) => _isRunning ? inner.StopAsync(cancellationToken) : Task.CompletedTask;

    public async Task StoppedAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (_isRunning && _lifecycle is not null)
                await _lifecycle.StoppedAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _isRunning = false;
            all.Stopped();
        }
    }

    /// <summary>Its turn has come after the start of the host, whose steps are repeated.</summary>
    public Task StartingLateAsync(CancellationToken cancellationToken) => _lifecycle?.StartingAsync(cancellationToken) ?? Task.CompletedTask;

    /// <inheritdoc cref="StartingLateAsync"/>
    public async Task StartLateAsync(CancellationToken cancellationToken)
    {
        _isResting = false;
        await inner.StartAsync(cancellationToken).ConfigureAwait(false);
        _isRunning = true;
        Watch();
    }

    /// <inheritdoc cref="StartingLateAsync"/>
    public Task StartedLateAsync(CancellationToken cancellationToken) => _lifecycle?.StartedAsync(cancellationToken) ?? Task.CompletedTask;

    /// <summary>It has not come up, and the host is to know.</summary>
    public void Fail(Exception failure) => _failed.TrySetResult(Task.FromException(failure));

    /// <summary>It is not started again.</summary>
    public void GiveUp() => _hasEnded = true;

    /// <summary>Its turn ends, before the host stops.</summary>
    public void Rest() => (_isResting, HasRun) = (true, true);

    /// <inheritdoc cref="Rest"/>
    public Task StoppingEarlyAsync(CancellationToken cancellationToken) => _lifecycle is { } inside ? OnThePool(() => inside.StoppingAsync(cancellationToken)) : Task.CompletedTask;

    /// <inheritdoc cref="Rest"/>
    public Task StopEarlyAsync(CancellationToken cancellationToken)
    {
        _isRunning = false;
        return _stopping = OnThePool(() => inner.StopAsync(cancellationToken));
    }

    /// <inheritdoc cref="Rest"/>
    public Task StoppedEarlyAsync(CancellationToken cancellationToken) => _lifecycle is { } inside ? OnThePool(() => inside.StoppedAsync(cancellationToken)) : Task.CompletedTask;

    /// <summary>Waits until nothing of it goes on, which may be longer than its stop.</summary>
    public async Task EndAsync()
    {
        await _stopping.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (inner is BackgroundService { ExecuteTask: { } running })
            await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    // One that blocks is waited for as one that hangs is.
    private static Task OnThePool(Func<Task> step) => Task.Run(step, CancellationToken.None);

    // The host is to start none of it by itself.
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.CompletedTask;

    private async Task FailAsync() => await (await _failed.Task.ConfigureAwait(false)).ConfigureAwait(false);

    private void Watch()
    {
        if (inner is BackgroundService { ExecuteTask: { } running })
            _ = WatchAsync(running);
    }

    private async Task WatchAsync(Task running)
    {
        await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (_isResting)
            return;
        _hasEnded = true;
        HasEndedByStop = all.HostStops;
        // The host decides what follows from a failure.
        if (!running.IsCompletedSuccessfully)
            _failed.TrySetResult(running);
    }
}
