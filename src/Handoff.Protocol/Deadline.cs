namespace CrashShield.Handoff.Protocol;

/// <summary>A moment on the monotonic clock, or never.</summary>
internal readonly record struct Deadline(long? Timestamp)
{
    public static Deadline Never => default;

    public static Deadline In(TimeProvider time, TimeSpan span) =>
        new(time.GetTimestamp() + (long)(span.TotalSeconds * time.TimestampFrequency));

    public static Deadline Earlier(Deadline one, Deadline other) =>
        one.Timestamp is { } a && (other.Timestamp is not { } b || a <= b) ? one : other;

    public bool HasPassed(TimeProvider time) => Timestamp is { } due && time.GetTimestamp() >= due;

    /// <summary>For poll(2): rounded up, so that it does not wake too early; -1 for never.</summary>
    public int Milliseconds(TimeProvider time) => Timestamp is { } due
        ? (int)Math.Clamp(Math.Ceiling((due - time.GetTimestamp()) * 1000.0 / time.TimestampFrequency), 0, int.MaxValue)
        : -1;
}
