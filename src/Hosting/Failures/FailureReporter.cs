using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace CrashShield.Hosting.Failures;

/// <summary>The one place where a captured failure reaches the log, the metric, the span and the hooks.</summary>
internal sealed class FailureReporter(
    FailureMetrics metrics, ILogger<FailureReporter> logger, IOptions<CrashShieldOptions> options, TimeProvider time)
{
    private readonly FailureOptions _options = options.Value.Exceptions;

    /// <summary>Whether the application has hooks.</summary>
    public bool HasHooks => _options.Hooks.Count > 0;

    /// <summary>Counts a failed request, writes its span and logs it.</summary>
    /// <param name="failure">The failure.</param>
    /// <param name="outcome">One of <see cref="FailureOutcome"/>.</param>
    /// <param name="activity">The request's span.</param>
    /// <param name="withException">Whether the exception becomes an event of the span.</param>
    /// <param name="isFault">Whether the server is at fault; by the status when <see langword="null"/>.</param>
    public void RequestFailed(CapturedFailure failure, string outcome, Activity? activity, bool withException = true, bool? isFault = null)
    {
        metrics.Count(failure, outcome);
        // A status below 500 after which the rest of the answer was missing is no answer.
        var isError = isFault ?? (failure.StatusCode >= 500 || outcome == FailureOutcome.Skipped);
        FailureSpan.Record(activity, failure, isError, withException);
        var level = isError ? LogLevel.Error : LogLevel.Information;
        if (logger.IsEnabled(level))
            LogRequestGuarded(level, failure, outcome);
    }

    /// <summary>As <see cref="RequestFailed"/>, for a failure that other middleware has answered and logged already.</summary>
    public void RequestFailedElsewhere(CapturedFailure failure, Activity? activity)
    {
        metrics.Count(failure, FailureOutcome.Handled);
        FailureSpan.Record(activity, failure, isError: failure.StatusCode >= 500);
    }

    /// <summary>Counts a failure that code of the application has answered and wants neither logged nor written to the span.</summary>
    public void RequestHandledQuietly(CapturedFailure failure) => metrics.Count(failure, FailureOutcome.Handled);

    /// <summary>Notes that a client left before its answer: an outcome, not an error.</summary>
    public void RequestAborted(CapturedFailure failure)
    {
        metrics.Count(failure, FailureOutcome.Aborted);
        if (logger.IsEnabled(LogLevel.Debug))
            GuardedLog.Write(() => FailureLog.RequestAborted(logger, failure.Path, failure.TraceId));
    }

    public void TaskUnobserved(CapturedFailure failure)
    {
        metrics.Count(failure, FailureOutcome.Unobserved);
        if (logger.IsEnabled(LogLevel.Error))
            GuardedLog.Write(() => FailureLog.TaskUnobserved(logger, LoggableException.Of(failure.Exception), failure.ErrorType, failure.ErrorId));
    }

    /// <summary>Tells the application's hooks, one after the other, each within its bound. Never throws.</summary>
    public ValueTask RunHooksAsync(CapturedFailure failure) => HasHooks ? new(RunEachAsync(failure)) : default;

    private async Task RunEachAsync(CapturedFailure failure)
    {
        foreach (var hook in _options.Hooks)
            await RunAsync(hook, failure).ConfigureAwait(false);
    }

    private async Task RunAsync(Func<CapturedFailure, CancellationToken, ValueTask> hook, CapturedFailure failure)
    {
        using var bound = new CancellationTokenSource(_options.HookTimeout, time);
        // On the pool: a hook that blocks is given up as one that waits is.
        var running = Task.Factory.StartNew(
            () => hook(failure, bound.Token).AsTask(), CancellationToken.None, TaskCreationOptions.DenyChildAttach, TaskScheduler.Default).Unwrap();
        try
        {
            await running.WaitAsync(_options.HookTimeout, time).ConfigureAwait(false);
        }
        catch (TimeoutException) when (!running.IsCompleted)
        {
            Forget(running);
            GuardedLog.Write(() => FailureLog.HookTimedOut(logger, _options.HookTimeout, failure.ErrorId));
        }
        catch (Exception e)
        {
            GuardedLog.Write(() => FailureLog.HookFailed(
                logger, LoggableException.Of(e), e.GetType().FullName ?? e.GetType().Name, failure.ErrorId));
        }
    }

    // Its late failure must not come back as an unobserved one, for which the hooks would be called again.
    private static void Forget(Task running) => running.ContinueWith(
        static late => _ = late.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);

    // Out of line: whoever captures a parameter in a lambda allocates for it even where the lambda is not reached.
    private void LogRequestGuarded(LogLevel level, CapturedFailure failure, string outcome) =>
        GuardedLog.Write(() => LogRequest(level, failure, outcome));

    private void LogRequest(LogLevel level, CapturedFailure failure, string outcome)
    {
        // Below 500 it is the client's mistake or an expected refusal: anybody can cause these by the thousand, so no stack.
        var exception = level == LogLevel.Error ? LoggableException.Of(failure.Exception) : null;
        if (failure.TaskName is { } task)
        {
            FailureLog.RequestTaskFailed(
                logger, level, exception, failure.Path, failure.Route, task, failure.Attempt, failure.ErrorType, failure.StatusCode, outcome,
                failure.TraceId, failure.ErrorId);
        }
        else
        {
            FailureLog.RequestFailed(
                logger, level, exception, failure.Path, failure.Route, failure.ErrorType, failure.StatusCode, outcome, failure.TraceId,
                failure.ErrorId);
        }
    }
}
