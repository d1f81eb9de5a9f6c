using System.Runtime.ExceptionServices;

namespace CrashShield.Hosting.Cleanup;

/// <summary>What failed while a scope ended, in the order of failing. Costs nothing while nothing does.</summary>
internal struct CleanupFailures
{
    private List<Exception>? _failures;

    public void Add(Exception exception) => (_failures ??= []).Add(exception);

    /// <summary>Throws one failure as itself, with the stack it had, and several as an <see cref="AggregateException"/>.</summary>
    public readonly void Throw()
    {
        if (_failures is null)
            return;
        if (_failures is [var only])
            ExceptionDispatchInfo.Throw(only);
        throw new AggregateException(_failures);
    }
}
