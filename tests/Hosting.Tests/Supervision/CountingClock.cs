using CrashShield.Hosting.Supervision;
using Microsoft.Extensions.Time.Testing;

namespace CrashShield.Hosting.Tests.Supervision;

/// <summary>A clock that a test turns, and that knows which timers of a service wait for it.</summary>
internal sealed class CountingClock(DateTimeOffset start) : FakeTimeProvider(start)
{
    private static readonly SupervisionOptions Defaults = new();

    private int _restarts;
    private int _healths;
    private int _bounds;

    /// <summary>How many restarts wait for their time, by default no longer than 10 s.</summary>
    public int Restarts => Volatile.Read(ref _restarts);

    /// <summary>How many services wait to be well, by default for a minute.</summary>
    public int Healths => Volatile.Read(ref _healths);

    /// <summary>How many other timers there are: those that bound a stop or a clean-up.</summary>
    public int Bounds => Volatile.Read(ref _bounds);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Counted(this, dueTime, callback, state);
        timer.Start(base.CreateTimer(Counted.Fire, timer, dueTime, period));
        return timer;
    }

    private ref int Count(TimeSpan dueTime)
    {
        if (dueTime == Defaults.HealthyAfter)
            return ref _healths;
        return ref dueTime <= Defaults.BackoffMax ? ref _restarts : ref _bounds;
    }

    // Timers of supervision fire once.
    private sealed class Counted(CountingClock clock, TimeSpan dueTime, TimerCallback callback, object? state) : ITimer
    {
        private ITimer? _inner;
        private int _isOver;

        public static TimerCallback Fire { get; } = static timer => ((Counted)timer!).Run();

        // Counted once the clock has it, or the clock could go on in between.
        public void Start(ITimer inner)
        {
            _inner = inner;
            Interlocked.Increment(ref clock.Count(dueTime));
        }

        public bool Change(TimeSpan due, TimeSpan period) => _inner!.Change(due, period);

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

        private void Run()
        {
            End();
            callback(state);
        }

        private void End()
        {
            if (Interlocked.Exchange(ref _isOver, 1) == 0)
                Interlocked.Decrement(ref clock.Count(dueTime));
        }
    }
}
