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
}
