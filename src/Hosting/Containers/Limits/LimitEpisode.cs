using System.Runtime.CompilerServices;

namespace CrashShield.Hosting.Containers.Limits;

/// <summary>Follows how long a limit has been in the way, and says what is due: the evidence, and a restart when it stays so.</summary>
internal struct LimitEpisode
{
    private const long Second = 1_000_000_000;
    private const long Never = -1;

    // Reclaim goes by fits and starts: a shorter calm is part of the trouble.
    private const long Pause = 2 * Second;
    private const long Lasting = 5 * Second;
    private const long Calm = 30 * Second;

    private long _since;
    private long _calmSince;
    private long _evidenceAt;
    private bool _isRestartDue;

    /// <summary>What it is about.</summary>
    public LimitTrouble Trouble;

    /// <summary>Since when, or never.</summary>
    public readonly long Since
    {
        [MethodImpl(RawCode.Final)]
        get => _since;
    }

    /// <summary>Whether something is or has just been in the way.</summary>
    public readonly bool IsOn
    {
        [MethodImpl(RawCode.Final)]
        get => _since != Never;
    }

    [MethodImpl(RawCode.Final)]
    public void Begin() => (_since, _calmSince, _evidenceAt, _isRestartDue) = (Never, Never, Never, false);

    /// <summary>What was due has been done and has not helped, or may not be done: the time begins anew.</summary>
    [MethodImpl(RawCode.Final)]
    public void BeginAnew(long now) => (_since, _evidenceAt, _isRestartDue) = (now, Never, false);

    /// <summary>The evidence has been saved, or could not be.</summary>
    [MethodImpl(RawCode.Final)]
    public void HasEvidence(long now) => _evidenceAt = now;

    /// <param name="now">When the limits were read.</param>
    /// <param name="trouble">What is in the way.</param>
    /// <param name="patience">How long after the evidence.</param>
    [MethodImpl(RawCode.Final)]
    public LimitStep Follow(long now, LimitTrouble trouble, long patience)
    {
        if (trouble == LimitTrouble.None)
            return Rest(now);

        // Not by the time between two readings: who was held up himself has none, and that is no calm.
        if (_since == Never || (_calmSince != Never && now - _calmSince > Pause))
            (_since, Trouble) = (now, trouble);
        _calmSince = Never;
        if (trouble < Trouble)
            Trouble = trouble;
        if (now - _since <= Lasting)
            return LimitStep.None;
        if (_evidenceAt == Never)
            return LimitStep.Evidence;
        if (_isRestartDue || now - (_evidenceAt > _since ? _evidenceAt : _since) < patience)
            return LimitStep.None;

        _isRestartDue = true;
        return LimitStep.Restart;
    }

    [MethodImpl(RawCode.Final)]
    private LimitStep Rest(long now)
    {
        if (_since == Never)
            return LimitStep.None;
        if (_calmSince == Never)
            _calmSince = now;
        var hadEvidence = _evidenceAt != Never;
        if (now - _calmSince < (hadEvidence ? Calm : Pause))
            return LimitStep.None;

        Begin();
        return hadEvidence ? LimitStep.Cleared : LimitStep.None;
    }
}
