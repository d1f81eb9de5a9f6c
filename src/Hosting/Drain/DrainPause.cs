namespace CrashShield.Hosting.Drain;

/// <summary>One wait after the other, which can be hurried. By the clock, which a test may turn.</summary>
internal sealed class DrainPause(TimeProvider time)
{
    private long _start;
    private TimeSpan _duration;
    private bool _isHurried;

    /// <summary>How long to wait still. Asked by the thread that begins the waits.</summary>
    public TimeSpan Left => Volatile.Read(ref _isHurried) ? TimeSpan.Zero : _duration - time.GetElapsedTime(_start);

    public void Begin(TimeSpan duration) => (_start, _duration) = (time.GetTimestamp(), duration);

    /// <summary>Ends this wait and all further ones.</summary>
    public void Hurry() => Volatile.Write(ref _isHurried, true);
}
