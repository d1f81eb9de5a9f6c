using System.Diagnostics.CodeAnalysis;

namespace CrashShield.Hosting.Cleanup;

/// <summary>One step while it runs: ends once, by itself or by its bound, whichever comes first.</summary>
[SuppressMessage("Design", "CA1001", Justification = "The source has no timer, and a step that was given up still uses its token.")]
internal sealed class CleanupStepRun(CleanupStep step, TimeProvider time, Action<CleanupStepResult> onEnded, CancellationToken hurry)
{
    private readonly CancellationTokenSource _cancellation = new();
    private long _started;
    private bool _isRunning;
    private bool _ended;

    /// <exception cref="Exception">The step failed after it had been given up.</exception>
    public async Task RunAsync()
    {
        _started = time.GetTimestamp();
        Volatile.Write(ref _isRunning, true);
        // Not the source's own timer: this one gives the step up first, before callbacks on its token can hold that up.
        using var bound = time.CreateTimer(static run => ((CleanupStepRun)run!).GiveUp(), this, step.Timeout, Timeout.InfiniteTimeSpan);
        using var hurrying = hurry.UnsafeRegister(static run => ((CleanupStepRun)run!).Cancel(), this);
        try
        {
            await WorkAsync().ConfigureAwait(false);
        }
        catch (Exception e)
        {
            var outcome = e is OperationCanceledException && hurry.IsCancellationRequested ? CleanupOutcome.Canceled : CleanupOutcome.Failed;
            if (!TryEnd(outcome, e))
                throw;
            return;
        }

        TryEnd(CleanupOutcome.Succeeded, exception: null);
    }

    /// <summary>
    /// Gives the step up when it has used up its bound. Asked at every tick, in case the timer is late: timers fire on the pool, all of whose
    /// threads the steps may have blocked.
    /// </summary>
    public void GiveUpWhenOverdue()
    {
        if (Volatile.Read(ref _isRunning) && time.GetElapsedTime(_started) >= step.Timeout)
            GiveUp();
    }

    // A method of its own, so that what a step does to the execution context (the current activity) does not flow on to the steps after it.
    private async ValueTask WorkAsync() => await step.Work(_cancellation.Token).ConfigureAwait(false);

    private void GiveUp()
    {
        if (TryEnd(CleanupOutcome.TimedOut, exception: null))
            Cancel();
    }

    // Callbacks on the token are the step's code: they run on the pool, and one that throws is an unobserved failure, not a crash of the timer.
    private void Cancel() => _ = _cancellation.CancelAsync();

    private bool TryEnd(CleanupOutcome outcome, Exception? exception)
    {
        if (Interlocked.Exchange(ref _ended, true))
            return false;

        onEnded(new CleanupStepResult(step.Id, step.Name, outcome, time.GetElapsedTime(_started), exception));
        return true;
    }
}
