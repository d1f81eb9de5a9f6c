namespace CrashShield.Hosting.Supervision;

/// <summary>The tasks that belong to no scope, until the host stops.</summary>
internal sealed class DetachedTasks
{
    private const string Owner = "the host";

    private readonly SupervisionRuntime _runtime;
    private readonly StopLosses _losses;
    private readonly ChildSupervisor _ordinary;
    private readonly ChildSupervisor _awaited;

    public DetachedTasks(SupervisionRuntime runtime)
    {
        _runtime = runtime;
        _losses = new(runtime.Metrics, runtime.Reporter);
        // They do not depend on each other.
        _ordinary = new(Owner, SupervisionPolicy.Independent, runtime, mailbox: null, losses: _losses);
        _awaited = new(Owner, SupervisionPolicy.Independent, runtime, mailbox: null, losses: _losses);
    }

    public SupervisedTask Start(string name, Func<CancellationToken, Task> work, bool waitForEnd) =>
        (waitForEnd ? _awaited : _ordinary).Start(name, work, RestartType.Temporary);

    /// <summary>
    /// Takes no more tasks. Cancels those that nobody is to wait for at once, the others when <paramref name="patience"/> is used up, and names what was cancelled.
    /// </summary>
    /// <param name="patience">How long to wait for those that asked for it.</param>
    /// <param name="hurry">Ends that wait.</param>
    /// <param name="end">Ends all waits: what still runs then is named and left behind.</param>
    public async Task StopAsync(TimeSpan patience, CancellationToken hurry, CancellationToken end)
    {
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(hurry, end);
        var stopping = Task.WhenAll(_ordinary.StopAsync(StopOrder.AtOnce), StopAwaitedAsync(patience, enough.Token));
        await stopping.WaitAsync(end).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!stopping.IsCompleted)
            _runtime.Reporter.TimeIsUp(Owner, TaskNames.Of([.. _ordinary.Children.All(), .. _awaited.Children.All()]));
        _losses.Tell();
    }

    private async Task StopAwaitedAsync(TimeSpan patience, CancellationToken enough)
    {
        _awaited.Children.Refuse();
        var ends = _awaited.Children.WhenIdle();
        if (!ends.IsCompleted)
        {
            _runtime.Reporter.Waiting(TaskNames.Of(_awaited.Children.All()), patience);
            await ends.WaitAsync(patience, _runtime.Time, enough).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await _awaited.StopAsync(StopOrder.AtOnce).ConfigureAwait(false);
    }
}
