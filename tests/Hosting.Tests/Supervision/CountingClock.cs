using Microsoft.Extensions.Time.Testing;

namespace CrashShield.Hosting.Tests.Supervision;

/// <summary>A clock that a test turns, and that knows how many timers wait for it.</summary>
internal sealed class CountingClock(DateTimeOffset start) : FakeTimeProvider(start)
{
    private int _waiting;

    public int Waiting => Volatile.Read(ref _waiting);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Counted(this, callback, state);
        timer.Start(base.CreateTimer(Counted.Fire, timer, dueTime, period));
        return timer;
    }

    // Timers of supervision fire once.
    private sealed class Counted : ITimer
    {
        private readonly CountingClock _clock;
        private readonly TimerCallback _callback;
        private readonly object? _state;
        private ITimer? _inner;
        private int _isOver;

        public Counted(CountingClock clock, TimerCallback callback, object? state)
        {
            (_clock, _callback, _state) = (clock, callback, state);
            Interlocked.Increment(ref clock._waiting);
        }

        public static TimerCallback Fire { get; } = static timer =>
        {
            ((Counted)timer!).End();
            ((Counted)timer)._callback(((Counted)timer)._state);
        };

        public void Start(ITimer inner) => _inner = inner;

        public bool Change(TimeSpan dueTime, TimeSpan period) => _inner!.Change(dueTime, period);

        public void Dispose()
        {
            End();
            _inner?.Dispose();
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return default;
        }

        private void End()
        {
            if (Interlocked.Exchange(ref _isOver, 1) == 0)
                Interlocked.Decrement(ref _clock._waiting);
        }
    }
}
