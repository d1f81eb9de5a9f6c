namespace CrashShield.Integration.Tests.Processes;

/// <summary>What comes one by one, for a reader that may wait for one.</summary>
internal sealed class Arrivals<T>
    where T : class
{
    private readonly Lock _lock = new();
    private readonly List<T> _all = [];
    private TaskCompletionSource _changed = NewSignal();
    private bool _ended;

    public IReadOnlyList<T> All
    {
        get
        {
            lock (_lock)
                return [.. _all];
        }
    }

    /// <param name="next">The next one, or <see langword="null"/> at the end.</param>
    public void Add(T? next)
    {
        TaskCompletionSource changed;
        lock (_lock)
        {
            if (next is null)
                _ended = true;
            else
                _all.Add(next);
            (changed, _changed) = (_changed, NewSignal());
        }

        changed.SetResult();
    }

    /// <exception cref="EndOfStreamException">There is none and none will come.</exception>
    public async Task<T> WaitForAsync(Predicate<T> predicate, CancellationToken cancellationToken)
    {
        for (var next = 0; ;)
        {
            Task changed;
            lock (_lock)
            {
                for (; next < _all.Count; next++)
                {
                    if (predicate(_all[next]))
                        return _all[next];
                }

                if (_ended)
                    throw new EndOfStreamException("The stream ended before it came.");
                changed = _changed.Task;
            }

            await changed.WaitAsync(cancellationToken);
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
