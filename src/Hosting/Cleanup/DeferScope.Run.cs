namespace CrashShield.Hosting.Cleanup;

/// <content>Scopes around a body, whose failure no clean-up can hide.</content>
public sealed partial class DeferScope
{
    /// <summary>Runs <paramref name="body"/> in a scope of its own and then the clean-ups that it registered, whether it failed or not.</summary>
    /// <param name="body">The work, which registers clean-ups as it acquires.</param>
    /// <exception cref="AggregateException">Body and clean-ups failed, or several clean-ups: the body's failure first, then in the order of running.
    /// One failure is thrown as itself.</exception>
    public static void Run(Action<DeferScope> body)
    {
        ArgumentNullException.ThrowIfNull(body);
        RunBody(body, static (body, scope) =>
        {
            body(scope);
            return true;
        });
    }

    /// <summary>As <see cref="Run(Action{DeferScope})"/>, for a body with a result.</summary>
    /// <typeparam name="TResult">The type of the result.</typeparam>
    /// <param name="body">The work, which registers clean-ups as it acquires.</param>
    /// <returns>What the body returned, once every clean-up has run.</returns>
    /// <exception cref="ArgumentException">The body is asynchronous: its clean-ups would run before it has ended.
    /// <see cref="RunAsync{TResult}"/> is for those.</exception>
    /// <exception cref="AggregateException">Several failed, the body's failure first. One failure is thrown as itself.</exception>
    public static TResult Run<TResult>(Func<DeferScope, TResult> body)
    {
        ArgumentNullException.ThrowIfNull(body);
        if (IsAwaitable(typeof(TResult)))
            throw new ArgumentException($"The body returns {typeof(TResult)}: use {nameof(RunAsync)}, which awaits it before it cleans up.", nameof(body));

        return RunBody(body, static (body, scope) => body(scope));
    }

    /// <summary>As <see cref="Run(Action{DeferScope})"/>, for an asynchronous body.</summary>
    /// <param name="body">The work, which registers clean-ups as it acquires.</param>
    /// <returns>Ends when the last clean-up has.</returns>
    /// <exception cref="AggregateException">Several failed, the body's failure first. One failure is thrown as itself.</exception>
    public static Task RunAsync(Func<DeferScope, Task> body)
    {
        ArgumentNullException.ThrowIfNull(body);
        return RunAsync(async scope =>
        {
            await body(scope).ConfigureAwait(false);
            return true;
        });
    }

    /// <summary>As <see cref="RunAsync(Func{DeferScope, Task})"/>, for a body with a result.</summary>
    /// <typeparam name="TResult">The type of the result.</typeparam>
    /// <param name="body">The work, which registers clean-ups as it acquires.</param>
    /// <returns>What the body returned, once every clean-up has run.</returns>
    /// <exception cref="AggregateException">Several failed, the body's failure first. One failure is thrown as itself.</exception>
    public static async Task<TResult> RunAsync<TResult>(Func<DeferScope, Task<TResult>> body)
    {
        ArgumentNullException.ThrowIfNull(body);
        var scope = new DeferScope();
        var failures = default(CleanupFailures);
        var result = default(TResult);
        try
        {
            result = await body(scope).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            failures.Add(e);
        }

        (await scope.EndAsync(failures).ConfigureAwait(false)).Throw();
        return result!;
    }

    private static TResult RunBody<TBody, TResult>(TBody body, Func<TBody, DeferScope, TResult> run)
    {
        var scope = new DeferScope();
        var failures = default(CleanupFailures);
        var result = default(TResult);
        try
        {
            result = run(body, scope);
        }
        catch (Exception e)
        {
            failures.Add(e);
        }

        scope.End(ref failures);
        failures.Throw();
        return result!;
    }

    private static bool IsAwaitable(Type type) =>
        typeof(Task).IsAssignableFrom(type) || type == typeof(ValueTask)
        || (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(ValueTask<>));
}
