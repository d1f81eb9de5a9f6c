namespace CrashShield.Hosting.Signals;

/// <summary>
/// A signal comes to this process itself, or to its init, which passes it on. <c>systemctl kill</c> sends to both: the two of one request are one.
/// </summary>
internal sealed class SignalOrigins(TimeProvider time)
{
    private static readonly TimeSpan Same = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private Dictionary<(int Signal, bool IsPassed), long>? _last;

    /// <summary>Whether it is a request of its own.</summary>
    public bool IsNew(int signal, bool isPassed)
    {
        lock (_lock)
        {
            var now = time.GetTimestamp();
            _last ??= [];
            if (_last.Remove((signal, !isPassed), out var other) && time.GetElapsedTime(other, now) < Same)
                return false;
            _last[(signal, isPassed)] = now;
            return true;
        }
    }
}
