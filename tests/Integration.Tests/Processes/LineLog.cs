namespace CrashShield.Integration.Tests.Processes;

/// <summary>Lines as they come, for a reader that may wait for one.</summary>
internal sealed class LineLog
{
    private readonly Lock _lock = new();
    private readonly List<string> _lines = [];
    private TaskCompletionSource _changed = NewSignal();
    private bool _ended;

    public IReadOnlyList<string> Lines
    {
        get
        {
            lock (_lock)
                return [.. _lines];
        }
    }

    /// <param name="line">The next line, or <see langword="null"/> at the end.</param>
    public void Add(string? line)
    {
        TaskCompletionSource changed;
        lock (_lock)
        {
            if (line is null)
                _ended = true;
            else
                _lines.Add(line);
            (changed, _changed) = (_changed, NewSignal());
        }

        changed.SetResult();
    }

    /// <exception cref="EndOfStreamException">There is no such line and none will come.</exception>
    public async Task<string> WaitForAsync(Predicate<string> predicate, CancellationToken cancellationToken)
    {
        for (var next = 0; ;)
        {
            Task changed;
            lock (_lock)
            {
                for (; next < _lines.Count; next++)
                {
                    if (predicate(_lines[next]))
                        return _lines[next];
                }

                if (_ended)
                    throw new EndOfStreamException("The stream ended before the line came.");
                changed = _changed.Task;
            }

            await changed.WaitAsync(cancellationToken);
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
