using System.Runtime.ExceptionServices;
using System.Threading.Channels;
using CrashShield.Hosting.Failures;

namespace CrashShield.Hosting.Supervision;

/// <summary>
/// Tasks that belong together: they end before their scope does, their failures reach its owner, and its policy says what a failure means
/// for the others. Opened by <see cref="ITaskSupervisor.OpenScope"/>. Every member may be called from any thread.
/// </summary>
public sealed class TaskScope : IAsyncDisposable
{
    private readonly SupervisionRuntime _runtime;
    private readonly FailureMailbox _mailbox;
    private readonly ChildSupervisor _children;
    private readonly CancellationToken _cancellation;
    private readonly CancellationTokenRegistration _registration;
    private bool _isStoppedFromOutside;
    private bool _isDisposed;

    internal TaskScope(string name, SupervisionPolicy policy, SupervisionRuntime runtime, CancellationToken cancellation)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        Name = name;
        Policy = policy;
        _runtime = runtime;
        _mailbox = new(runtime.Reporter);
        _children = new(name, policy, runtime, _mailbox);
        _cancellation = cancellation;
        _registration = cancellation.UnsafeRegister(static scope => ((TaskScope)scope!).StopFromOutside(StopOrder.AtOnce), this);
    }

    /// <summary>The name that it was opened with.</summary>
    public string Name { get; }

    /// <summary>What it does when a child ends.</summary>
    public SupervisionPolicy Policy { get; }

    /// <summary>
    /// The failures of the children as they happen, recovered ones too, in no particular order across children. To read one is to take it: what is
    /// still here when the scope is disposed, or when 1,024 newer ones wait, is logged and gone. Completes when the scope has been disposed.
    /// </summary>
    public ChannelReader<CapturedFailure> Failures => _mailbox.Reader;

    internal CapturedFailure? Fatal => _children.Children.Fatal;

    /// <summary>
    /// Starts a child. It runs on the thread pool in the caller's execution context, hence in its trace. In a scope that was
    /// cancelled, stopped or has failed, the child has ended without having run: <see cref="WaitAsync"/> tells why.
    /// </summary>
    /// <param name="name">What the child does. Use a constant: it is a tag of metrics and the name of a span.</param>
    /// <param name="work">The work of one attempt. Its token is cancelled to stop it; to end with it then is no failure.</param>
    /// <param name="restart">When it is started again; default: the policy's.</param>
    /// <returns>The child.</returns>
    /// <exception cref="ArgumentException">The name is empty.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The restart type is none of the enumeration's.</exception>
    /// <exception cref="ObjectDisposedException">The scope was disposed.</exception>
    public SupervisedTask Start(string name, Func<CancellationToken, Task> work, RestartType? restart = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(work);
        if (restart is < RestartType.Temporary or > RestartType.Permanent)
            throw new ArgumentOutOfRangeException(nameof(restart), restart, $"restart = '{restart}': must be a {nameof(RestartType)}.");

        ObjectDisposedException.ThrowIf(Volatile.Read(ref _isDisposed), this);
        return _children.Start(name, work, restart);
    }

    /// <summary>
    /// Opens a scope inside this one. It stops before this one does, in the order of their opening; when it exceeds its restart intensity, that is
    /// a failure of a temporary child here. Its other failures are its own owner's.
    /// </summary>
    /// <param name="name">What the scope is for. Use a constant: it ends up in logs.</param>
    /// <param name="policy">What to do when a child ends; default: the policy of this scope.</param>
    /// <returns>The scope. Dispose it; disposing this one only stops it.</returns>
    /// <exception cref="ArgumentException">The name is empty.</exception>
    /// <exception cref="ObjectDisposedException">The scope was disposed.</exception>
    public TaskScope OpenScope(string name, SupervisionPolicy? policy = null)
    {
        ObjectDisposedException.ThrowIf(Volatile.Read(ref _isDisposed), this);
        var nested = new TaskScope(name, policy ?? Policy, _runtime, CancellationToken.None);
        var child = _children.Start(name, nested.RunNestedAsync, RestartType.Temporary, nested);
        if (child.State == ChildState.Ended)
            nested.StopFromOutside(StopOrder.AtOnce);
        return nested;
    }

    /// <summary>
    /// Waits until all children have ended or were left behind. When one failed and was not restarted, throws the first such failure's own exception:
    /// by then what depended on it has been cancelled and stopped.
    /// </summary>
    /// <param name="cancellationToken">Ends the wait, not the children.</param>
    /// <returns>The wait.</returns>
    /// <exception cref="OperationCanceledException">
    /// The token was cancelled; or the one that the scope was opened with, or the scope around this one stopped, before the children had ended.
    /// </exception>
    public async Task WaitAsync(CancellationToken cancellationToken = default)
    {
        await _children.Children.WhenIdle().WaitAsync(cancellationToken).ConfigureAwait(false);
        if (Fatal is { } failure)
        {
            failure.TryTake();
            ExceptionDispatchInfo.Throw(failure.Exception);
        }

        if (Volatile.Read(ref _isStoppedFromOutside) && _children.Children.IsCutShort)
            throw new OperationCanceledException($"The scope '{Name}' was cancelled before its tasks had ended.", _cancellation);
    }

    /// <summary>
    /// Stops the children in the reverse order of their start: each is cancelled when the one after it has ended, or has used up
    /// <see cref="SupervisionPolicy.ShutdownTimeout"/> and been left behind. The scope takes no new children.
    /// </summary>
    /// <param name="cancellationToken">Cancels all that are left at once and ends the wait.</param>
    /// <returns>The stop. It never fails by a failure of a child.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled before the children ended.</exception>
    public async Task StopAsync(CancellationToken cancellationToken = default)
    {
        var stopped = _children.StopAsync(StopOrder.Reverse);
        try
        {
            await stopped.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            _children.Hurry();
            throw;
        }
    }

    /// <summary>Stops the children as <see cref="StopAsync"/> does, and logs the failures that nobody took. Never throws a child's failure.</summary>
    /// <returns>The stop.</returns>
    public async ValueTask DisposeAsync()
    {
        Volatile.Write(ref _isDisposed, true);
        await _registration.DisposeAsync().ConfigureAwait(false);
        await _children.StopAsync(StopOrder.Reverse).ConfigureAwait(false);
        _mailbox.Close();
    }

    // What this scope is to the one around it: a child that runs as long as the scope is open.
    private async Task RunNestedAsync(CancellationToken cancellationToken)
    {
        using var stop = cancellationToken.UnsafeRegister(
            static scope => ((TaskScope)scope!).StopFromOutside(StopOrder.Reverse), this);
        await _children.Stopped.ConfigureAwait(false);
        if (_children.Children is { IsEscalated: true, Fatal: { } failure })
            ExceptionDispatchInfo.Throw(failure.Exception);
    }

    private void StopFromOutside(StopOrder order)
    {
        Volatile.Write(ref _isStoppedFromOutside, true);
        _children.StopAsync(order);
    }
}
