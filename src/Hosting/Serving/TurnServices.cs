using CrashShield.Hosting.Drain;
using CrashShield.Hosting.Failures;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace CrashShield.Hosting.Serving;

/// <summary>
/// The hosted services of the application, which run while this process serves: one after the other as they were added, and stopped the other way round, as by the host. It starts and stops them itself
/// where this process serves from the start.
/// </summary>
#pragma warning disable CA1001 // Without a timer, or a wait handle, there is nothing to free.
internal sealed class TurnServices(ServingTurns turns, ProcessEnd end, IHostApplicationLifetime lifetime, HostOptions host, ILogger logger)
#pragma warning restore CA1001
{
    private readonly List<TurnService> _all = [];
    private readonly Lock _lock = new();
    private readonly SemaphoreSlim _change = new(1);
    private readonly CancellationTokenSource _hostStops = new();
    private readonly TaskCompletionSource _started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task? _left;
    private ServingTurn? _turn;
    private bool _hasBegun;

    /// <summary>The names of all.</summary>
    public IEnumerable<string> Names => _all.Select(static service => service.Name);

    /// <summary>The names of those that go on though they were stopped.</summary>
    public IEnumerable<string> GoingOn => _all.Where(static service => service.GoesOn).Select(static service => service.Name);

    /// <summary>Completes when all have been started for the first time; where there are none, when this process serves.</summary>
    public Task Started => _all.Count == 0 ? turns.UntilServing() : _started.Task;

    /// <summary>Whether the host has been told to stop.</summary>
    public bool HostStops => lifetime.ApplicationStopping.IsCancellationRequested;

    public TurnService Add(IHostedService inner)
    {
        var service = new TurnService(inner, this);
        _all.Add(service);
        return service;
    }

    /// <summary>The host begins to start: with it they do, when this process serves now.</summary>
    public void Begin()
    {
        lock (_lock)
        {
            if (_hasBegun)
                return;
            _hasBegun = true;
            _turn = turns.TryBeginTurn();
            foreach (var service in _all)
                service.IsRunning = _turn is not null;
        }

        lifetime.ApplicationStopping.UnsafeRegister(static stops => ((CancellationTokenSource)stops!).Cancel(), _hostStops);
        _ = RunAsync();
    }

    /// <summary>The host stops: from now on it alone starts and stops them.</summary>
    /// <returns>Completes when what is under way has ended.</returns>
    public Task LeaveToHost()
    {
        _hostStops.Cancel();
        lock (_lock)
            return _left ??= _change.WaitAsync(CancellationToken.None);
    }

    /// <summary>The host has stopped one of them.</summary>
    public void Stopped()
    {
        if (_all.TrueForAll(static service => !service.IsRunning))
            _ = EndAsync(_turn);
    }

    private async Task RunAsync()
    {
        await UntilAsync(lifetime.ApplicationStarted).ConfigureAwait(false);
        // Kept here: the end of the host's own stop takes the turn away.
        while ((_turn ?? await TryStartAsync().ConfigureAwait(false)) is { } turn)
        {
            _started.TrySetResult();
            await UntilAsync(turn.Ends).ConfigureAwait(false);
            if (!await TryStopAsync().ConfigureAwait(false))
                return;
            // Not awaited: where the next process fails the others are to run again, whatever goes on of one.
            _turn = null;
            _ = EndAsync(turn);
        }
    }

    private async Task UntilAsync(CancellationToken token)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(token, _hostStops.Token);
        await Task.Delay(Timeout.InfiniteTimeSpan, either.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <returns>The turn; <see langword="null"/> when the host stops, or has to.</returns>
    private async Task<ServingTurn?> TryStartAsync()
    {
        ServingTurn turn;
        try
        {
            _turn = turn = await turns.BeginTurnAsync(owner: null, _hostStops.Token).ConfigureAwait(false);
            await _change.WaitAsync(_hostStops.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            _turn?.Dispose();
            return null;
        }

        try
        {
            // What has not ended since its last turn runs, and is not to run twice.
            TurnService[] left = [.. _all.Where(static service => service.GoesOn)];
            await StartAsync([.. _all.Except(left)]).ConfigureAwait(false);
            foreach (var service in left)
                _ = StartOnceEndedAsync(service, turn);
            return turn;
        }
        catch (Exception)
        {
            // What ends the host's start ends the process here, too. The service that has failed tells the host.
            lifetime.StopApplication();
            return null;
        }
        finally
        {
            _change.Release();
        }
    }

    private async Task StartOnceEndedAsync(TurnService service, ServingTurn turn)
    {
        await service.EndAsync().ConfigureAwait(false);
        try
        {
            await _change.WaitAsync(_hostStops.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return;
        }

        try
        {
            if (!turn.Ends.IsCancellationRequested)
                await StartAsync([service]).ConfigureAwait(false);
        }
        catch (Exception)
        {
            // As at any other start: the service that has failed tells the host.
            lifetime.StopApplication();
        }
        finally
        {
            _change.Release();
        }
    }

    private async Task StartAsync(TurnService[] services)
    {
        // The services link their own tokens with it, and are to be stopped by StopAsync: as with the host's, its end is not theirs.
        using var late = CancellationTokenSource.CreateLinkedTokenSource(_hostStops.Token);
        late.CancelAfter(host.StartupTimeout);
        await EachAsync(services, service => service.StartingLateAsync(late.Token)).ConfigureAwait(false);
        await EachAsync(services, service => service.StartLateAsync(late.Token)).ConfigureAwait(false);
        await EachAsync(services, service => service.StartedLateAsync(late.Token)).ConfigureAwait(false);
    }

    private async Task EachAsync(TurnService[] services, Func<TurnService, Task> step)
    {
        if (host.ServicesStartConcurrently)
        {
            await Task.WhenAll(services.Select(service => StepAsync(service, step))).ConfigureAwait(false);
            return;
        }

        foreach (var service in services)
            await StepAsync(service, step).ConfigureAwait(false);
    }

    private async Task StepAsync(TurnService service, Func<TurnService, Task> step)
    {
        if (service.HasEnded)
            return;
        try
        {
            await step(service).ConfigureAwait(false);
        }
        catch (Exception e) when (service.HasRun && !_hostStops.IsCancellationRequested)
        {
            // Not everything can be started a second time. A process whose successor has failed serves on all the same: it may be the only build that can.
            GuardedLog.Write(() => ServingLog.NotTakenBack(logger, LoggableException.Of(e), service.Name, e.GetType().FullName));
            service.GiveUp();
        }
        catch (Exception e)
        {
            // The lead is to see that it did not come up. Before the host hears of it: it stops then, and what fails while it stops has no such status.
            if (!_hostStops.IsCancellationRequested)
                end.ExitWith(ProcessEnd.Status);
            service.Fail(e);
            throw;
        }
    }

    /// <returns>False when the host stops, and does it.</returns>
    private async Task<bool> TryStopAsync()
    {
        // Not on the thread that ends the turns of all.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        try
        {
            await _change.WaitAsync(_hostStops.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return false;
        }

        using var bound = new CancellationTokenSource(host.ShutdownTimeout);
        TurnService[] running = [.. _all.Where(static service => service.IsRunning).Reverse()];
        foreach (var service in running)
            service.Rest();
        await EachGuardedAsync(running, service => service.StoppingEarlyAsync(bound.Token), bound.Token).ConfigureAwait(false);
        await EachGuardedAsync(running, service => service.StopEarlyAsync(bound.Token), bound.Token).ConfigureAwait(false);
        await EachGuardedAsync(running, service => service.StoppedEarlyAsync(bound.Token), bound.Token).ConfigureAwait(false);
        _change.Release();
        return true;
    }

    private async Task EachGuardedAsync(TurnService[] services, Func<TurnService, Task> step, CancellationToken bound)
    {
        if (host.ServicesStopConcurrently)
        {
            await Task.WhenAll(services.Select(service => GuardedAsync(service, step, bound))).ConfigureAwait(false);
            return;
        }

        foreach (var service in services)
            await GuardedAsync(service, step, bound).ConfigureAwait(false);
    }

    // One that does not end in time is not to keep the others running.
    private async Task GuardedAsync(TurnService service, Func<TurnService, Task> step, CancellationToken bound)
    {
        try
        {
            await step(service).WaitAsync(bound).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (bound.IsCancellationRequested)
        {
            // The bound's own line says so.
        }
        catch (Exception e)
        {
            GuardedLog.Write(() => ServingLog.ServiceFailed(logger, LoggableException.Of(e), service.Name, e.GetType().FullName));
        }
    }

    // What goes on though it was stopped the next process is to know of.
    private async Task EndAsync(ServingTurn? turn)
    {
        foreach (var service in _all)
            await service.EndAsync().ConfigureAwait(false);
        turn?.Dispose();
    }
}
