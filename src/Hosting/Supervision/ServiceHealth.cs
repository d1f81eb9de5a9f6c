using CrashShield.Hosting.Failures;

namespace CrashShield.Hosting.Supervision;

/// <summary>
/// How a service has done, and what that means for its next restart. One whose dependency is away is started again for ever, with a backoff that its health
/// resets. What fails at once and has never worked is a bug, and the restart intensity counts those alone.
/// </summary>
/// <param name="policy">The numbers.</param>
/// <param name="healthyAfter">How long an attempt has to live for the failures before it to be over.</param>
/// <param name="bugs">Tells bugs from failures of a dependency.</param>
/// <param name="log">Is told when the service is well again.</param>
/// <param name="time">The clock.</param>
internal sealed class ServiceHealth(SupervisionPolicy policy, TimeSpan healthyAfter, BugCheck bugs, ServiceFailureLog log, TimeProvider time)
{
    // What lives as long has not failed at once: it has worked.
    private static readonly TimeSpan AtOnce = TimeSpan.FromSeconds(5);

    // A service that is started again for ever is not to be so without any pause. Only its first restart is at once where no pause is wanted.
    private static readonly TimeSpan LeastBase = TimeSpan.FromMilliseconds(1);

    private static readonly AsyncLocal<ServiceHealth?> Running = new();

    private readonly Lock _lock = new();
    private readonly RestartIntensity _bugs = new(policy.MaxRestarts, policy.Within, time);
    private readonly SupervisionPolicy _backoff = policy.BackoffBase > TimeSpan.Zero ? policy : policy with { BackoffBase = LeastBase };
    private readonly TimeSpan _atOnce = healthyAfter < AtOnce ? healthyAfter : AtOnce;
    private ITimer? _healthy;
    private long? _startedAt;
    private long _firstFailureAt;
    private int _attempts;
    private int _failures;
    private TimeSpan _lived;
    private bool _hasWorked;
    private bool _isBugAtOnce;

    /// <summary>That of the service which the caller is a part of; <see langword="null"/> outside of one.</summary>
    public static ServiceHealth? OfCaller => Running.Value;

    public ServiceFailureLog Log => log;

    /// <summary>Makes what the calling asynchronous method starts a part of the service.</summary>
    public void Enter() => Running.Value = this;

    /// <summary>It has done what it is there for: what fails from now on is no bug that shows at once and always.</summary>
    public void Worked()
    {
        lock (_lock)
            _hasWorked = true;
    }

    /// <summary>A message was put aside that has failed it: what is still to come is not to wait for that one's failures.</summary>
    public void PutAside()
    {
        lock (_lock)
            (_hasWorked, _failures) = (true, 0);
    }

    /// <summary>The start of an attempt has succeeded.</summary>
    public void Started()
    {
        lock (_lock)
        {
            _startedAt = time.GetTimestamp();
            var attempt = ++_attempts;
            if (_failures > 0)
                _healthy = time.CreateTimer(_ => Outlived(attempt), null, healthyAfter, Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>An attempt has ended, for whatever reason.</summary>
    public void Ended()
    {
        Recovery? recovery = null;
        lock (_lock)
        {
            _healthy?.Dispose();
            _healthy = null;
            _lived = _startedAt is { } start ? time.GetElapsedTime(start) : TimeSpan.Zero;
            _hasWorked |= _lived >= _atOnce;
            if (_lived >= healthyAfter)
                recovery = Recover_NeedsLock();
            _startedAt = null;
        }

        Tell(recovery);
    }

    /// <summary>Looks at how the attempt ended. Calls the application's code, hence not under a lock.</summary>
    /// <param name="failure"><see langword="null"/> for a permanent service that has ended without one.</param>
    public void Judge(CapturedFailure? failure) =>
        _isBugAtOnce = _lived < _atOnce && !_hasWorked && (failure is null || bugs.IsBug(failure.Exception));

    /// <returns>How long the restart waits; <see langword="null"/> when it would be one too many.</returns>
    public TimeSpan? NextRestart()
    {
        if (_isBugAtOnce && !_bugs.TryAdd())
            return null;

        lock (_lock)
        {
            if (_failures++ == 0)
                _firstFailureAt = time.GetTimestamp();
            return _failures == 1 && policy.BackoffBase == TimeSpan.Zero ? TimeSpan.Zero : Backoff.Delay(_backoff, _failures, Random.Shared.NextDouble());
        }
    }

    // By number: a timer may be a little early by the clock.
    private void Outlived(int attempt)
    {
        Recovery? recovery;
        lock (_lock)
            recovery = _startedAt is not null && attempt == _attempts ? Recover_NeedsLock() : null;
        Tell(recovery);
    }

    private Recovery? Recover_NeedsLock()
    {
        if (_failures == 0)
            return null;

        var recovery = new Recovery(_failures, time.GetElapsedTime(_firstFailureAt, _startedAt!.Value));
        _failures = 0;
        _hasWorked = true;
        return recovery;
    }

    private void Tell(Recovery? recovery)
    {
        if (recovery is { } over)
            log.Recovered(over.Failures, over.Duration);
    }

    private readonly record struct Recovery(int Failures, TimeSpan Duration);
}
