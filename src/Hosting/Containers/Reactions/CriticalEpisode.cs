namespace CrashShield.Hosting.Containers.Reactions;

/// <summary>
/// Follows how long a limit has been critical and says what is due: first the evidence, once, and a restart when it stays so. Called by one thread with each reading, and allocates
/// nothing.
/// </summary>
internal sealed class CriticalEpisode(TimeSpan restartAfter, TimeProvider time)
{
    private const int EnterReadings = 2;
    private const long Never = -1;

    // The kernel reclaims by fits and starts: a shorter calm is part of the trouble, a longer one begins the time anew.
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Calm = TimeSpan.FromSeconds(30);

    private int _readings;
    private bool _isOn;
    private bool _isRestartDue;
    private long _since;
    private long _calmSince = Never;
    private long _evidenceAt = Never;

    /// <summary>The evidence has been saved, or could not be. Called by another thread.</summary>
    public void HasEvidence(long at) => Volatile.Write(ref _evidenceAt, at);

    /// <param name="now">When the limits were read.</param>
    /// <param name="isCritical">Whether one of them is critical.</param>
    /// <param name="mayRestart">Whether this process is one that serves; what is due waits until it is.</param>
    public EpisodeStep Follow(long now, bool isCritical, bool mayRestart)
    {
        if (!isCritical)
            return Rest(now);
        if (!_isOn)
            return Enter(now);

        // Not by the time between two readings: a process that was frozen has none, and that is no calm.
        if (_calmSince != Never && time.GetElapsedTime(_calmSince, now) > Pause)
            _since = now;
        _calmSince = Never;
        return _isRestartDue || !mayRestart || !HasLasted(now) ? EpisodeStep.None : Restart();
    }

    private EpisodeStep Enter(long now)
    {
        if (++_readings < EnterReadings)
            return EpisodeStep.None;

        (_isOn, _isRestartDue, _since, _calmSince) = (true, false, now, Never);
        Volatile.Write(ref _evidenceAt, Never);
        return EpisodeStep.Evidence;
    }

    private EpisodeStep Rest(long now)
    {
        _readings = 0;
        if (!_isOn)
            return EpisodeStep.None;

        if (_calmSince == Never)
            _calmSince = now;
        if (time.GetElapsedTime(_calmSince, now) < Calm)
            return EpisodeStep.None;

        _isOn = false;
        return EpisodeStep.Cleared;
    }

    private bool HasLasted(long now) =>
        Volatile.Read(ref _evidenceAt) is var evidence and not Never && time.GetElapsedTime(Math.Max(evidence, _since), now) >= restartAfter;

    private EpisodeStep Restart()
    {
        _isRestartDue = true;
        return EpisodeStep.Restart;
    }
}
