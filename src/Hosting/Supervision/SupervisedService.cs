using System.Diagnostics.CodeAnalysis;
using CrashShield.Hosting.Handoff;
using CrashShield.Hosting.Serving;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace CrashShield.Hosting.Supervision;

/// <summary>Runs a hosted service as a child: each attempt is a new instance, in a service scope of its own.</summary>
internal sealed class SupervisedService<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] T>(
    IServiceScopeFactory scopes, TaskSupervisor supervisor, BackgroundPause pause, ServingTurns turns, HandoffOptions handoff, LateStops late, SupervisionPolicy? policy) : SupervisedServiceBase
    where T : class, IHostedService
{
    private readonly ChildSupervisor _children = supervisor.OpenService(typeof(T).Name, policy);
    private readonly TaskCompletionSource _firstStart = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile Task _cleanUp = Task.CompletedTask;
    private bool _hasEnded;

    public override string Name => typeof(T).Name;

    public override bool Waits { get; } = policy?.RunsWhileWaiting != true && HostedServices.Waits(typeof(T), handoff);

    /// <summary>Waits for the first start as the host does for any service, but a failed one does not end the host's start.</summary>
    public override Task StartAsync(CancellationToken cancellationToken)
    {
        _children.Start(typeof(T).Name, RunAsync, restart: null);
        return _firstStart.Task.WaitAsync(cancellationToken);
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        // One whose turn comes when the time is up has not used it up.
        var hasTime = !cancellationToken.IsCancellationRequested;
        var stopping = StopAndCleanUpAsync();
        await stopping.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        IsLate = hasTime && !stopping.IsCompleted;
        if (IsLate)
            _children.Reporter.TimeIsUp(Name);
        else if (!stopping.IsCompleted)
            _children.Reporter.NoTimeLeft(Name, late.Before(this));
        _children.Health?.Log.Flush();
    }

    /// <summary>A host that is disposed of without a stop ends its background services, too.</summary>
    public override void Dispose() => _ = _children.StopAsync(StopOrder.AtOnce);

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
            if (Waits || policy?.PausesWhenDegraded == true)
                await RunInTurnsAsync(cancellationToken).ConfigureAwait(false);
            else
                await RunAsync(new(scopes, _children), cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _firstStart.TrySetResult();
        }
    }

    private async Task RunInTurnsAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var paused = await WaitUnlessDegradedAsync(cancellationToken).ConfigureAwait(false);
            // It has ended by itself, or the host stops.
            if (!await RunTurnAsync(paused, cancellationToken).ConfigureAwait(false) || cancellationToken.IsCancellationRequested)
                return;
            if (_hasEnded)
                await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken).ConfigureAwait(false);
            if (!paused.IsCancellationRequested)
                continue;
            _children.Reporter.Paused(typeof(T).Name);
            await pause.WaitForTurnAsync(cancellationToken).ConfigureAwait(false);
            _children.Reporter.Resumed(typeof(T).Name);
        }
    }

    /// <returns>Whether it was told to end, and may have another turn.</returns>
    private async Task<bool> RunTurnAsync(CancellationToken paused, CancellationToken cancellationToken)
    {
        var turn = await WaitForTurnAsync(cancellationToken).ConfigureAwait(false);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(paused, turn?.Ends ?? CancellationToken.None);
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(over.Token, cancellationToken);
        await _cleanUp.WaitAsync(ends.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        try
        {
            await RunAsync(new(scopes, _children), ends.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (over.IsCancellationRequested)
        {
            // A service ends so when it is stopped.
        }
        finally
        {
            EndAfterCleanUp(turn);
        }

        return over.IsCancellationRequested;
    }

    // What an instance does in its stop and its disposal is its work, too: another process begins after it. Not awaited: a failure is told at once.
    private void EndAfterCleanUp(ServingTurn? turn)
    {
        if (turn is null)
            return;
        if (_cleanUp is { IsCompleted: false } cleaning)
            _ = cleaning.ContinueWith(static (_, turn) => ((ServingTurn)turn!).Dispose(), turn, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        else
            turn.Dispose();
    }

    private Task<CancellationToken> WaitUnlessDegradedAsync(CancellationToken cancellationToken) =>
        policy?.PausesWhenDegraded == true ? FirstStartNotHeldUp(pause.WaitForTurnAsync(cancellationToken)) : Task.FromResult(CancellationToken.None);

    private async Task<ServingTurn?> WaitForTurnAsync(CancellationToken cancellationToken) =>
        Waits ? await FirstStartNotHeldUp(turns.BeginTurnAsync(typeof(T).Name, cancellationToken).AsTask()).ConfigureAwait(false) : null;

    // A host does not wait for a service whose turn has not come.
    private Task<TTurn> FirstStartNotHeldUp<TTurn>(Task<TTurn> turn)
    {
        if (!turn.IsCompleted)
            _firstStart.TrySetResult();
        return turn;
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
            _children.Health?.Ended();
            _hasEnded = attempt.HasEnded;
            // Not awaited here: the end of the attempt is told at once, as its clean-up may never end.
            if (!isStopped)
                _cleanUp = attempt.CleanUpAsync();
        }

        // A stop includes the disposal, and the supervisor bounds it.
        if (isStopped)
            await attempt.DisposeAsync().ConfigureAwait(false);
    }
}
