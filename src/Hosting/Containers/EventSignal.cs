namespace CrashShield.Hosting.Containers;

/// <summary>
/// A counter of which every count is a trouble. What was counted before the first reading is another process's.
/// </summary>
internal sealed class EventSignal(string what, double severity, TimeProvider time, Func<bool>? matters, string? critical, params KernelValue[] counters) : ContainerSignal
{
    private static readonly TimeSpan Hold = TimeSpan.FromSeconds(60);

    // Held for longer, as more may come; but what has ended is not to end in a restart.
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(5);

    private long _before = -1;
    private long _counted;
    private long _last;
    private bool _isFresh;

    public override string? Critical => _isFresh ? critical : null;

    public override string Reason => $"{what} (counted {_counted}, last {time.GetElapsedTime(_last).TotalSeconds:F0} s ago)";

    protected override bool TryMeasure(long now, out double pressure)
    {
        pressure = 0;
        var count = 0L;
        foreach (var counter in counters)
        {
            if (!TryTake(counter, out var value))
                return false;
            count += value;
        }

        if (_before >= 0 && count > _before && matters?.Invoke() != false)
            (_counted, _last) = (_counted + count - _before, now);
        _before = count;
        if (_counted > 0 && time.GetElapsedTime(_last, now) >= Hold)
            _counted = 0;
        _isFresh = _counted > 0 && time.GetElapsedTime(_last, now) < Fresh;
        pressure = _counted > 0 ? severity : 0;
        return true;
    }
}
