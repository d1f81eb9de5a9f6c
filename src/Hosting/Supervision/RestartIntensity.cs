namespace CrashShield.Hosting.Supervision;

/// <summary>Counts restarts in a sliding window, as Erlang/OTP's <c>supervisor</c> does: the one that is too many is refused.</summary>
internal sealed class RestartIntensity(int max, TimeSpan window, TimeProvider time)
{
    private readonly Queue<long> _restarts = new();

    /// <summary>How many restarts the window holds, as of the last <see cref="TryAdd"/>.</summary>
    public int Count => _restarts.Count;

    public bool TryAdd()
    {
        var now = time.GetTimestamp();
        while (_restarts.TryPeek(out var oldest) && time.GetElapsedTime(oldest, now) > window)
            _restarts.Dequeue();
        if (_restarts.Count >= max)
            return false;

        _restarts.Enqueue(now);
        return true;
    }
}
