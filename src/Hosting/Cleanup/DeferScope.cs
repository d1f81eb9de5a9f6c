namespace CrashShield.Hosting.Cleanup;

/// <summary>
/// Clean-ups that run last-in first-out when the scope ends, as Go's <c>defer</c>. Every one is tried though others throw;
/// one failure is rethrown as itself, several as an <see cref="AggregateException"/> in the order of running.
/// </summary>
/// <remarks>
/// <para>Under plain <c>using</c> a clean-up that throws replaces the exception of the body, because <see cref="Dispose"/> cannot see it.
/// <see cref="Run(Action{DeferScope})"/> and <see cref="RunAsync(Func{DeferScope, Task})"/> keep both. They also clean up before an exception
/// that nobody handles ends the process; whether <c>using</c> does is left to the runtime (dotnet/runtime issue 79155).</para>
/// <para>Registering is safe from any thread, also while the scope ends: a clean-up runs within the scope's end or, after it, at once.
/// Ending it twice is ending it once; the second call does not wait for the first.</para>
/// </remarks>
public sealed partial class DeferScope : IDisposable, IAsyncDisposable
{
    private readonly Lock _lock = new();
    private DeferredCleanup[] _cleanups = [];
    private int _count;
    private State _state;

    private enum State
    {
        Open,
        Ending,
        Ended,
    }

    /// <summary>Registers a clean-up. What it closes over is read when it runs; to bind a value now, use <see cref="Defer{T}"/>.</summary>
    /// <param name="cleanup">The clean-up.</param>
    /// <exception cref="ObjectDisposedException">The scope has ended. The clean-up was run at once, so that nothing leaks.</exception>
    public void Defer(Action cleanup)
    {
        ArgumentNullException.ThrowIfNull(cleanup);
        Add(DeferredCleanup.Of(cleanup));
    }

    /// <summary>Registers a clean-up of <paramref name="argument"/>, which is evaluated and stored now.</summary>
    /// <typeparam name="T">The type of the argument. A reference is stored as it is, a value in one box.</typeparam>
    /// <param name="argument">What to clean up.</param>
    /// <param name="cleanup">The clean-up; <c>static</c> keeps it from closing over anything.</param>
    /// <exception cref="ObjectDisposedException">The scope has ended. The clean-up was run at once, so that nothing leaks.</exception>
    public void Defer<T>(T argument, Action<T> cleanup)
    {
        ArgumentNullException.ThrowIfNull(cleanup);
        Add(DeferredCleanup.Of(argument, cleanup));
    }

    /// <summary>Registers an asynchronous clean-up. What it closes over is read when it runs.</summary>
    /// <param name="cleanup">The clean-up. End its scope with <c>await using</c>.</param>
    /// <exception cref="ObjectDisposedException">The scope has ended. The clean-up was run to its end at once, so that nothing leaks.</exception>
    public void DeferAsync(Func<ValueTask> cleanup)
    {
        ArgumentNullException.ThrowIfNull(cleanup);
        Add(DeferredCleanup.Of(cleanup));
    }

    /// <summary>Registers an asynchronous clean-up of <paramref name="argument"/>, which is evaluated and stored now.</summary>
    /// <typeparam name="T">The type of the argument. A reference is stored as it is, a value in one box.</typeparam>
    /// <param name="argument">What to clean up.</param>
    /// <param name="cleanup">The clean-up. End its scope with <c>await using</c>.</param>
    /// <exception cref="ObjectDisposedException">The scope has ended. The clean-up was run to its end at once, so that nothing leaks.</exception>
    public void DeferAsync<T>(T argument, Func<T, ValueTask> cleanup)
    {
        ArgumentNullException.ThrowIfNull(cleanup);
        Add(DeferredCleanup.Of(argument, cleanup));
    }

    /// <summary>
    /// Runs the clean-ups. Asynchronous ones run too, in their place: each on a pool thread, without the caller's synchronization
    /// context, while this thread is blocked. <see cref="DisposeAsync"/> blocks none.
    /// </summary>
    /// <exception cref="AggregateException">Several clean-ups failed. One failure is thrown as itself.</exception>
    public void Dispose()
    {
        var failures = default(CleanupFailures);
        End(ref failures);
        failures.Throw();
    }

    /// <summary>Runs the clean-ups, one after the other.</summary>
    /// <returns>Ends when the last clean-up has.</returns>
    /// <exception cref="AggregateException">Several clean-ups failed. One failure is thrown as itself.</exception>
    public async ValueTask DisposeAsync() => (await EndAsync(default).ConfigureAwait(false)).Throw();

    private void End(ref CleanupFailures failures)
    {
        if (!TryBeginEnd())
            return;

        while (TryTakeLast(out var cleanup))
        {
            try
            {
                cleanup.Run();
            }
            catch (Exception e)
            {
                failures.Add(e);
            }
        }
    }

    private async ValueTask<CleanupFailures> EndAsync(CleanupFailures failures)
    {
        if (!TryBeginEnd())
            return failures;

        while (TryTakeLast(out var cleanup))
        {
            try
            {
                await cleanup.RunAsync().ConfigureAwait(false);
            }
            catch (Exception e)
            {
                failures.Add(e);
            }
        }

        return failures;
    }

    private void Add(DeferredCleanup cleanup)
    {
        lock (_lock)
        {
            if (_state != State.Ended)
            {
                if (_count == _cleanups.Length)
                    Array.Resize(ref _cleanups, Math.Max(4, _count * 2));
                _cleanups[_count++] = cleanup;
                return;
            }
        }

        Refuse(cleanup);
    }

    private static void Refuse(DeferredCleanup cleanup)
    {
        var failures = default(CleanupFailures);
        failures.Add(new ObjectDisposedException(nameof(DeferScope), "The scope has ended; the clean-up was run at once."));
        try
        {
            cleanup.Run();
        }
        catch (Exception e)
        {
            failures.Add(e);
        }

        failures.Throw();
    }

    private bool TryBeginEnd()
    {
        lock (_lock)
        {
            if (_state != State.Open)
                return false;
            _state = State.Ending;
            return true;
        }
    }

    // Clean-ups that others register are taken too: the scope has ended only once none is left.
    private bool TryTakeLast(out DeferredCleanup cleanup)
    {
        lock (_lock)
        {
            if (_count == 0)
            {
                _state = State.Ended;
                _cleanups = [];
                cleanup = default;
                return false;
            }

            cleanup = _cleanups[--_count];
            _cleanups[_count] = default;
            return true;
        }
    }
}
