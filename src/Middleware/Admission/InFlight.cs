namespace CrashShield.Middleware.Admission;

/// <summary>
/// How many requests are in flight: all, and those that came within the last seconds. The older ones wait or stream (a WebSocket, server-sent events, a long poll): they would fill any limit.
/// Counted by the epoch in which they came; who leaves after that is taken from the old ones. A thread that is held up between the two is seen one epoch later.
/// </summary>
internal sealed class InFlight
{
    private const int Mask = 3;
    private static readonly TimeSpan Length = TimeSpan.FromSeconds(5);

    private readonly int[] _epochs = new int[Mask + 1];
    private TimeSpan _age;
    private int _now;
    private int _older;

    /// <summary>Those that came in this epoch and the one before, so within 5 to 10 seconds.</summary>
    public int Recent => Of(Volatile.Read(ref _now)) + Of(Volatile.Read(ref _now) - 1);

    public int All
    {
        get
        {
            var all = Volatile.Read(ref _older);
            for (var i = 0; i < _epochs.Length; i++)
                all += Of(i);
            return all;
        }
    }

    /// <summary>One more.</summary>
    /// <returns>The epoch, for <see cref="Exit"/>, and how many recent ones there are with it.</returns>
    public (int Epoch, int Recent) Enter()
    {
        var epoch = Volatile.Read(ref _now);
        return (epoch, Interlocked.Increment(ref _epochs[epoch & Mask]) + Of(epoch - 1));
    }

    /// <summary>One less.</summary>
    /// <returns>Whether it was a recent one.</returns>
    public bool Exit(int epoch)
    {
        var isRecent = unchecked(Volatile.Read(ref _now) - epoch) <= 1;
        Interlocked.Decrement(ref isRecent ? ref _epochs[epoch & Mask] : ref _older);
        return isRecent;
    }

    /// <summary>Called every few milliseconds by one thread.</summary>
    public void Tick(TimeSpan elapsed)
    {
        _age += elapsed;
        if (_age < Length)
            return;

        _age = TimeSpan.Zero;
        var next = unchecked(_now + 1);
        // What threads that were held up have left there.
        Age(next);
        Volatile.Write(ref _now, next);
        Age(next - 2);
    }

    private void Age(int epoch) => Interlocked.Add(ref _older, Interlocked.Exchange(ref _epochs[epoch & Mask], 0));

    private int Of(int epoch) => Volatile.Read(ref _epochs[epoch & Mask]);
}
