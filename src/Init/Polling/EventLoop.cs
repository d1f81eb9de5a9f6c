namespace CrashShield.Init.Polling;

/// <summary>The one thread that owns all state: it waits for descriptors and deadlines, and calls whom they concern.</summary>
internal sealed class EventLoop(TimeProvider time)
{
    private readonly List<IPolled> _polled = [];
    private readonly List<ITimed> _timed = [];
    private PollEntry[] _entries = new PollEntry[8];

    public void Add(IPolled polled) => _polled.Add(polled);

    public void Remove(IPolled polled) => _polled.Remove(polled);

    public void Add(ITimed timed) => _timed.Add(timed);

    public void RunUntil(Func<bool> ended)
    {
        while (!ended())
            Turn();
    }

    public void Turn()
    {
        // A copy: what is called may add and remove.
        IPolled[] polled = [.. _polled];
        if (_entries.Length < polled.Length)
            _entries = new PollEntry[polled.Length * 2];
        for (var i = 0; i < polled.Length; i++)
            _entries[i] = EntryOf(polled[i]);

        var next = _timed.Aggregate(Deadline.Never, (earliest, timed) => Deadline.Earlier(earliest, timed.NextDeadline));
        PollCalls.Poll(_entries, (nuint)polled.Length, next.Milliseconds(time));

        for (var i = 0; i < polled.Length; i++)
        {
            if (_entries[i].Returned != PollEvents.None && _polled.Contains(polled[i]))
                polled[i].Ready(_entries[i].Returned);
        }

        foreach (var timed in _timed)
            timed.Tick();
    }

    // Of a descriptor the end is told without being wanted; poll(2) passes over a negative one.
    private static PollEntry EntryOf(IPolled polled) =>
        polled.Wanted is not PollEvents.None and var wanted ? new() { Descriptor = polled.Descriptor, Wanted = wanted } : new() { Descriptor = -1 };
}
