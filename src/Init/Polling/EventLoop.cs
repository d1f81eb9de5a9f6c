namespace CrashShield.Init.Polling;

/// <summary>The one thread that owns all state: it waits for descriptors and deadlines, and calls whom they concern.</summary>
internal sealed class EventLoop(TimeProvider time)
{
    private readonly List<ITimed> _timed = [];
    private IPolled[] _polled = [];
    private PollEntry[] _entries = new PollEntry[8];

    // A new array each time: a turn that is under way goes on with the one that it has.
    public void Add(IPolled polled) => _polled = [.. _polled, polled];

    public void Remove(IPolled polled) => _polled = [.. _polled.Where(other => other != polled)];

    public void Add(ITimed timed) => _timed.Add(timed);

    public void RunUntil(Func<bool> ended)
    {
        while (!ended())
            Turn();
    }

    /// <summary>Allocates nothing by itself.</summary>
    public void Turn()
    {
        var polled = _polled;
        if (_entries.Length < polled.Length)
            _entries = new PollEntry[polled.Length * 2];
        for (var i = 0; i < polled.Length; i++)
            _entries[i] = EntryOf(polled[i]);

        var next = Deadline.Never;
        foreach (var timed in _timed)
            next = Deadline.Earlier(next, timed.NextDeadline);
        PollCalls.Poll(_entries, (nuint)polled.Length, next.Milliseconds(time));

        for (var i = 0; i < polled.Length; i++)
        {
            if (_entries[i].Returned != PollEvents.None && Array.IndexOf(_polled, polled[i]) >= 0)
                polled[i].Ready(_entries[i].Returned);
        }

        foreach (var timed in _timed)
            timed.Tick();
    }

    // Of a descriptor the end is told without being wanted; poll(2) passes over a negative one.
    private static PollEntry EntryOf(IPolled polled) =>
        polled.Wanted is not PollEvents.None and var wanted ? new() { Descriptor = polled.Descriptor, Wanted = wanted } : new() { Descriptor = -1 };
}
