namespace CrashShield.Middleware.Admission;

/// <summary>
/// How many requests are in flight that came within the last seconds. Those that are older wait or stream (a WebSocket, server-sent events, a long poll): they would fill any limit and be no
/// load. Counted by the epoch in which they came, in a ring that is so long that none of an epoch before is left in it but by chance.
/// </summary>
internal sealed class InFlight
{
    private const int Slots = 4096;
    private static readonly TimeSpan Epoch = TimeSpan.FromSeconds(5);

    private readonly int[] _slots = new int[Slots];
    private TimeSpan _age;
    private int _now;

    public int Count
    {
        get
        {
            var now = Volatile.Read(ref _now);
            return Volatile.Read(ref _slots[now]) + Volatile.Read(ref _slots[Before(now)]);
        }
    }

    /// <summary>One more.</summary>
    /// <returns>Where it is counted, and how many there are with it.</returns>
    public (int Slot, int Count) Enter()
    {
        var slot = Volatile.Read(ref _now);
        return (slot, Interlocked.Increment(ref _slots[slot]) + Volatile.Read(ref _slots[Before(slot)]));
    }

    public void Exit(int slot) => Interlocked.Decrement(ref _slots[slot]);

    /// <summary>Called every few milliseconds by one thread.</summary>
    public void Tick(TimeSpan elapsed)
    {
        _age += elapsed;
        if (_age < Epoch)
            return;

        _age = TimeSpan.Zero;
        Volatile.Write(ref _now, (_now + 1) % Slots);
    }

    private static int Before(int slot) => slot == 0 ? Slots - 1 : slot - 1;
}
