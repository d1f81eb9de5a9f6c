using CrashShield.Hosting.Failures;

namespace CrashShield.Hosting.Supervision;

/// <summary>
/// Tells the failures of a service that restarts follow, without repeating itself: the first of a kind with its stack, and the further ones by their number, in at
/// most one line a minute.
/// </summary>
internal sealed class ServiceFailureLog(string service, SupervisionReporter reporter, TimeProvider time)
{
    private const int MaxKinds = 16;

    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private readonly HashSet<FailureKind> _kinds = [];
    private CapturedFailure? _last;
    private long _countedSince;
    private int _repeats;

    public void Restarting(SupervisedChild child, CapturedFailure? failure, TimeSpan delay)
    {
        if (IsFirstOfItsKind(failure))
        {
            reporter.Restarting(child, failure, delay);
            return;
        }

        if (failure is not null)
            reporter.TakeQuietly(failure);
        TellRepeats(Interval);
    }

    public void Recovered(int failures, TimeSpan duration)
    {
        lock (_lock)
        {
            _kinds.Clear();
            _repeats = 0;
        }

        reporter.Recovered(service, failures, duration);
    }

    /// <summary>Tells what has been counted and not told.</summary>
    public void Flush() => TellRepeats(TimeSpan.Zero);

    private bool IsFirstOfItsKind(CapturedFailure? failure)
    {
        var kind = FailureKind.Of(failure);
        lock (_lock)
        {
            if (_kinds.Count < MaxKinds && _kinds.Add(kind))
            {
                if (_kinds.Count == 1)
                    _countedSince = time.GetTimestamp();
                return true;
            }

            (_last, _repeats) = (failure, _repeats + 1);
            return false;
        }
    }

    private void TellRepeats(TimeSpan after)
    {
        int repeats;
        TimeSpan duration;
        CapturedFailure? last;
        lock (_lock)
        {
            duration = time.GetElapsedTime(_countedSince);
            if (_repeats == 0 || duration < after)
                return;
            (repeats, last) = (_repeats, _last);
            (_repeats, _countedSince) = (0, time.GetTimestamp());
        }

        reporter.StillFailing(service, repeats, duration, last);
    }
}
