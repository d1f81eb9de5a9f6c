using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using CrashShield.Hosting.Failures;
using CrashShield.Hosting.Telemetry;

namespace CrashShield.Hosting.Supervision;

/// <summary>
/// A child and its attempts. It is its own work item, list node and handle, because a child should cost little more than the task that it runs.
/// The group's lock guards every settable property.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "A source without timer, link or wait handle holds nothing to release.")]
internal sealed class SupervisedChild(ChildSupervisor supervisor, string name, Func<CancellationToken, Task> work, RestartType restart)
    : SupervisedTask(name), IThreadPoolWorkItem
{
    private readonly ExecutionContext? _context = ExecutionContext.Capture();
    private CancellationTokenSource _cancellation = new();
    private Task? _running;
    private Activity? _span;
    private int _attempt = 1;
    private bool _isCounted;

    public RestartType Restart { get; } = restart;

    /// <summary>The scope that this child stands for in its parent; <see langword="null"/> for a child with work of its own.</summary>
    public TaskScope? Nested { get; init; }

    public ChildState State { get; set; }

    /// <summary>It was stopped for good.</summary>
    public bool IsStopping { get; set; }

    /// <summary>Its last attempt has ended.</summary>
    public bool IsDone { get; set; }

    /// <summary>The end of its attempt is being logged.</summary>
    public bool IsReporting { get; set; }

    /// <summary>A restart of the group has this child in hand: its end is no news.</summary>
    public bool InRound { get; set; }

    /// <summary>It did not end in time to be restarted with its group; it starts again when it has.</summary>
    public bool IsLate { get; set; }

    public SupervisedChild? Previous { get; set; }

    public SupervisedChild? Next { get; set; }

    public TaskCompletionSource? AttemptEnded { get; set; }

    public TaskCompletionSource? Ended { get; set; }

    public CapturedFailure? LastFailure { get; set; }

    public override int Attempt => Volatile.Read(ref _attempt);

    public override CapturedFailure? Failure => supervisor.Children.LastFailureOf(this);

    public override Task Completion => supervisor.Children.WhenEnded(this);

    public bool IsCancelled => _cancellation.IsCancellationRequested;

    public CancellationToken Token => _cancellation.Token;

    /// <summary>Whether an attempt that ended so is followed by another.</summary>
    public bool IsToRestart(CapturedFailure? failure) => !IsStopping && Restart switch
    {
        RestartType.Permanent => true,
        RestartType.Transient => failure is not null || IsCancelled,
        _ => false,
    };

    public void Launch()
    {
        if (Nested is null)
            _isCounted = supervisor.Metrics.Started(Name);
        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: true);
    }

    /// <summary>Gets ready for the next attempt.</summary>
    public void Renew()
    {
        if (IsCancelled)
            _cancellation = new CancellationTokenSource();
        Volatile.Write(ref _attempt, _attempt + 1);
    }

    /// <summary>Cancels the attempt. The callbacks on its token run on the pool: they are user code, which may throw and block.</summary>
    public void Cancel()
    {
        var callbacks = _cancellation.CancelAsync();
        if (!callbacks.IsCompletedSuccessfully)
            Observe(callbacks);
    }

    public CapturedFailure Capture(Exception exception)
    {
        var failure = new CapturedFailure(exception, FailureOrigin.SupervisedTask, TraceId(), supervisor.Time.GetUtcNow())
        {
            TaskName = Name,
            Attempt = _attempt,
        };
        failure.Remember();
        supervisor.Metrics.Failed(Name);
        return failure;
    }

    void IThreadPoolWorkItem.Execute()
    {
        if (_context is null)
            RunAttempt();
        else
            ExecutionContext.Run(_context, static child => ((SupervisedChild)child!).RunAttempt(), this);
    }

    private void RunAttempt()
    {
        Exception? thrown = null;
        try
        {
            if (!IsCancelled)
            {
                _span = Nested is null ? TaskSpan.Start(Name, _attempt) : null;
                _running = work(Token) ?? throw new InvalidOperationException($"The work of task '{Name}' returned null instead of a task.");
            }
        }
        catch (Exception e)
        {
            thrown = e;
        }

        if (_running is null || _running.IsCompleted)
            EndAttempt(thrown);
        else
            _running.ConfigureAwait(false).GetAwaiter().UnsafeOnCompleted(() => EndAttempt(null));
    }

    private void EndAttempt(Exception? thrown)
    {
        var exception = thrown ?? ExceptionOf(_running);
        // It did not reach its own end, or did not even begin.
        var isCutShort = IsCancelled && (exception is OperationCanceledException || (exception is null && _running is not { IsCompletedSuccessfully: true }));
        _running = null;
        var failure = exception is null || isCutShort ? null : Nested?.Fatal ?? Capture(exception);
        if (_span is not null)
            TaskSpan.Stop(_span, failure);
        _span = null;
        if (_isCounted)
            supervisor.Metrics.Ended(Name);
        supervisor.Ended(this, failure, isCutShort);
    }

    // Only for a cancellation that was not ours it has to be thrown once more.
    private Exception? ExceptionOf(Task? task) => task switch
    {
        null or { IsCompletedSuccessfully: true } => null,
        { IsCanceled: true } when IsCancelled => null,
        _ => TaskFailure.Of(task),
    };

    // Asked only when it failed: the context that it was started in still knows the span.
    private string? TraceId()
    {
        if (_span is not null || _context is null)
            return TraceContext.TraceIdOf(_span);

        string? found = null;
        ExecutionContext.Run(_context, _ => found = TraceContext.CurrentTraceId, null);
        return found;
    }

    private async void Observe(Task callbacks)
    {
        try
        {
            await callbacks.ConfigureAwait(false);
        }
        catch (Exception e)
        {
            supervisor.Reporter.CancellationCallbackFailed(Name, e);
        }
    }
}
