namespace CrashShield.Hosting.Circuit;

/// <summary>The hysteresis of one source: some readings in a row raise its level, a calm that lasts lowers it. Not safe for threads.</summary>
internal sealed class SourceState(string name, CircuitOptions options, TimeProvider time)
{
    private const long Never = -1;
    private const double Steps = 1_000;

    private int _high;
    private int _critical;
    private long _belowDegrade = Never;
    private long _belowRecover = Never;
    private long _open = Never;

    public string Name => name;

    public double Pressure { get; private set; }

    public CircuitLevel Level { get; private set; }

    public string? Reason { get; private set; }

    public DateTimeOffset Since { get; private set; } = time.GetUtcNow();

    public bool IsBlind { get; private set; }

    public SourceReport Report => new(name, Pressure, Level, Reason, Since, IsBlind);

    /// <summary>Takes one reading.</summary>
    public void Take(PressureReading reading)
    {
        if (IsBlind)
            Enter(CircuitLevel.Closed, blind: false);

        // Nobody acts on more digits, and people read them. Never up to a mark that was not reached.
        Pressure = Math.Floor(Math.Clamp(reading.Pressure, 0, 1) * Steps) / Steps;
        // Clocks jump; the timestamp does not.
        var now = time.GetTimestamp();
        _critical = Pressure >= PressureMarks.Open ? Math.Min(_critical + 1, options.EnterSamples) : 0;
        _high = Pressure >= PressureMarks.Degrade ? Math.Min(_high + 1, options.EnterSamples) : 0;
        _belowDegrade = Continue(_belowDegrade, Pressure < PressureMarks.Degrade, now);
        _belowRecover = Continue(_belowRecover, Pressure <= PressureMarks.Recover, now);

        var next = Next(now);
        if (next != Level)
            Enter(next, blind: false);
        // A level outlasts the readings that have entered it, and so does why.
        Reason = reading.Reason ?? (Level == CircuitLevel.Closed ? null : Reason);
        _open = Continue(_open, Level == CircuitLevel.Open && !reading.IsOthers, now);
        if (Level != CircuitLevel.Failed && (reading.IsBeyondRecovery || (_open != Never && time.GetElapsedTime(_open, now) >= options.FailAfter)))
            Enter(CircuitLevel.Failed, blind: false);
    }

    /// <summary>The source throws or hangs. A level that it asked for before is no longer known to be true.</summary>
    /// <returns>Whether this is news.</returns>
    public bool Blind(string reason)
    {
        if (IsBlind || Level == CircuitLevel.Failed)
            return false;

        (_high, _critical, _belowDegrade, _belowRecover, _open) = (0, 0, Never, Never, Never);
        Pressure = 0;
        Enter(CircuitLevel.Closed, blind: true);
        Reason = reason;
        return true;
    }

    private CircuitLevel Next(long now)
    {
        if (Level == CircuitLevel.Failed)
            return CircuitLevel.Failed;

        var asked = _critical == options.EnterSamples ? CircuitLevel.Open : _high == options.EnterSamples ? CircuitLevel.Degraded : CircuitLevel.Closed;
        if (asked >= Level)
            return asked;
        if (HasLasted(_belowRecover, now))
            return CircuitLevel.Closed;
        return Level == CircuitLevel.Open && HasLasted(_belowDegrade, now) ? CircuitLevel.Degraded : Level;
    }

    private void Enter(CircuitLevel level, bool blind)
    {
        (Level, IsBlind) = (level, blind);
        Since = time.GetUtcNow();
    }

    private bool HasLasted(long since, long now) => since != Never && time.GetElapsedTime(since, now) >= options.RecoverAfter;

    private static long Continue(long since, bool goesOn, long now) => !goesOn ? Never : since == Never ? now : since;
}
