using CrashShield.Hosting.ThreadPools.Diagnosis;

namespace CrashShield.Hosting.ThreadPools.Relief;

/// <summary>
/// Gives a blocked pool threads, twice as many and from 64 on a quarter more every 20 ms, and takes them back when they are not needed. The pool's own remedy adds one or two a second
/// (<c>PortableThreadPool.GateThread</c> of the runtime), by which a service whose requests block serves a fraction of what it could. Called by one thread every few milliseconds.
/// </summary>
/// <param name="pool">Its threads.</param>
/// <param name="bound">How many it may have.</param>
/// <param name="room">Whether so many threads more can be started.</param>
/// <param name="time">The clock.</param>
internal sealed class PoolRelief(PoolThreads pool, ReliefBound bound, Func<int, bool> room, TimeProvider time)
{
    private static readonly TimeSpan GrowInterval = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan ShrinkInterval = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan CalmInterval = TimeSpan.FromSeconds(1);

    // Before it is known whether they help: at the end of each step of the trend.
    private const int FirstStep = 100;
    private const int StepFactor = 3;

    // A pool that gets threads is not blocked for moments.
    private static readonly TimeSpan EpisodeEnd = TimeSpan.FromSeconds(5);

    // Work that computes for so long holds up all that is short: two more threads let the operating system share the processor between both.
    private static readonly TimeSpan LongWork = TimeSpan.FromMilliseconds(50);
    private const int ForLongWork = 2;

    // To find out that there is no room takes all that there is, for a moment.
    private static readonly TimeSpan NoRoomFor = TimeSpan.FromMinutes(1);

    // Once more threads have not helped they are tried one step at a time.
    private static readonly TimeSpan TrialInterval = TimeSpan.FromSeconds(1);
    private const int Steps = 3;
    private const int TrialSteps = 1;

    // After that it is tried again whether more threads help; each time that they do not it takes twice as long.
    private static readonly TimeSpan FirstRetry = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LastRetry = TimeSpan.FromMinutes(5);

    private const int Part = 4;

    // So many are there at once.
    private const int Few = 16;

    // Doubled up to here: with less, requests that wait for work which waits behind them come faster than threads.
    private const int Doubled = 64;
    private const int ShrinkPart = 8;

    // So many more are allowed nearly everywhere, and have to be there at once (a trial waits for those that are on their way); and what else may start meanwhile.
    private const int Unproved = 256;
    private const int Spare = 16;
    private const long Never = long.MinValue;

    private readonly CompletionTrend _trend = new(time);
    private readonly FewestThreads _fewest = new(pool, time);
    private TimeSpan _retry = FirstRetry;
    private bool _isTrial;
    private bool _isReducing;
    private bool _isSteady;
    private long _grown = Never;
    private long _shrunk = Never;
    private long _noRoom = Never;
    private long _saturated = Never;
    private long _blocked = Never;
    private long _busy = Never;
    private long _busySince = Never;
    private long _busyCompleted;

    /// <summary>Whether more threads cannot be had or do not help.</summary>
    public bool IsSaturated { get; private set; }

    /// <summary>Whether the pool cannot be given threads, by setting or because it is fixed: it is as it would be by itself.</summary>
    public bool IsOff => bound.IsZero || pool.IsFixed;

    /// <summary>Whether a blocked pool is left to itself: it cannot be given threads, or has all that its maximum allows.</summary>
    public bool IsLeft => IsOff || pool.IsAtMaximum;

    /// <summary>How many threads the pool's minimum has been raised by.</summary>
    public int Added => pool.Minimum - pool.Own;

    /// <summary>Acts on a diagnosis.</summary>
    /// <param name="state">What keeps work waiting.</param>
    /// <param name="completed">What has been completed so far.</param>
    /// <param name="isMachineFull">Whether other processes use what this one leaves: what is completed depends on them then.</param>
    /// <param name="isNewUnit">Whether something else is counted than before.</param>
    /// <param name="waits">Whether work waits: a processor may be used up by requests that wait for nothing else.</param>
    public void Tick(ProcessorState state, long completed, bool isMachineFull = false, bool isNewUnit = false, bool waits = true)
    {
        var now = time.GetTimestamp();
        if (isNewUnit || isMachineFull)
            _trend.Reset();
        if (state != ProcessorState.Busy)
            _busySince = Never;
        Steady(state, now);
        if (_isReducing && (HasPassed(_saturated, _retry, now) || HasPassed(_blocked, FirstRetry, now)))
            TryAgain(now);
        if (state == ProcessorState.Busy && waits)
            Share(completed, now);
        else if (state is ProcessorState.Blocked or ProcessorState.Unknown)
            Relieve(completed, now);
        else if (HasPassed(_shrunk, CalmInterval, now))
            Follow(now);
    }

    /// <summary>Takes all back.</summary>
    public void End()
    {
        pool.Lower(0);
        if (_isSteady)
            pool.LetGo();
        _isSteady = false;
    }

    // Where the processor is used up work completes unevenly, the more so beside refusals, and the pool would try up to 20 threads at once to find out whether that is for lack of them.
    private void Steady(ProcessorState state, long now)
    {
        if (state == ProcessorState.Busy)
            _busy = now;
        var isSteady = !IsOff && (state == ProcessorState.Busy || (_isSteady && state != ProcessorState.Blocked && !HasPassed(_busy, CalmInterval, now)));
        if (isSteady == _isSteady)
            return;

        _isSteady = isSteady;
        if (isSteady)
            pool.KeepSteady();
        else
            pool.LetGo();
    }

    private void Relieve(long completed, long now)
    {
        _isTrial &= !HasPassed(_blocked, FirstRetry, now);
        _blocked = now;
        if (_isReducing)
            _fewest.Tick(completed);
        else if (!_trend.Helps(completed, pool.Minimum, _isTrial ? TrialSteps : Steps))
            Reduce(now);
        else if (HasPassed(_grown, _isTrial ? TrialInterval : GrowInterval, now) && pool.Minimum < Math.Max(FirstStep, StepFactor * _trend.ThreadsBefore) && AreThere())
            Grow(now);
    }

    // The threads that it may have already: it adds them one after the other.
    private bool AreThere() => pool.Count >= pool.Minimum - Math.Max(Few, pool.Minimum / Part);

    private void Grow(long now)
    {
        (_grown, _shrunk) = (now, now);
        var threads = pool.Count;
        // The pool may have more than its minimum: some that it has added by itself, or idle ones that are left from before.
        var from = _isTrial ? pool.Minimum : Math.Max(pool.Minimum, Math.Min(threads, 2 * pool.Minimum));
        if (_isTrial && _trend.HasHelped)
            (_isTrial, _retry) = (false, FirstRetry);
        var wanted = Math.Min(Math.Min(from + (from < Doubled ? from : from / Part), bound.Threads(pool.Own, threads)), pool.Maximum);
        // While it adds those that it may have already, a trial would take them from it.
        if (NeedsProof(wanted) && threads < pool.Minimum)
            return;
        var isRaised = wanted > pool.Minimum && !pool.IsFixed && HasRoom(wanted, threads, now) && pool.Raise(wanted);
        IsSaturated = !IsOff && (_isTrial || !isRaised);
    }

    // A limit may be one that cannot be read (that of a pod stands above the container's own cgroup, that of a user counts threads of others), and the runtime does not survive that its pool is refused a
    // thread. So many are tried before.
    private bool HasRoom(int wanted, int threads, long now)
    {
        if (!NeedsProof(wanted))
            return true;
        if (_noRoom != Never && !HasPassed(_noRoom, NoRoomFor, now))
            return false;
        var hasRoom = room(Math.Max(0, wanted - threads) + Spare);
        _noRoom = hasRoom ? Never : now;
        return hasRoom;
    }

    private bool NeedsProof(int wanted) => wanted - pool.Own > Unproved;

    private void Reduce(long now)
    {
        (IsSaturated, _isReducing, _saturated, _isTrial) = (!IsOff, true, now, true);
        _fewest.Begin(_trend.BestRate, _trend.BestThreads);
    }

    private void TryAgain(long now)
    {
        _isReducing = false;
        _trend.Reset();
        _retry = HasPassed(_blocked, FirstRetry, now) ? FirstRetry : 2 * _retry < LastRetry ? 2 * _retry : LastRetry;
    }

    // The processor is used up: more threads would only take it from each other.
    private void Share(long completed, long now)
    {
        if (_busySince == Never || completed != _busyCompleted)
            (_busySince, _busyCompleted) = (now, completed);
        else if (HasPassed(_busySince, LongWork, now) && pool.Minimum < pool.Own + ForLongWork && pool.Count <= pool.Minimum && !IsOff)
            pool.Raise(Math.Min(pool.Own + ForLongWork, bound.Threads(pool.Own, pool.Count)));

        var excess = pool.Minimum - pool.Own - ForLongWork;
        if (excess <= 0 || !HasPassed(_shrunk, ShrinkInterval, now))
            return;

        _shrunk = now;
        pool.Withdraw(pool.Minimum - Math.Max(1, excess / ShrinkPart));
    }

    // The pool ends a thread that has had nothing to do for 20 s: what is left of them is what is needed.
    private void Follow(long now)
    {
        _shrunk = now;
        if (HasPassed(_blocked, EpisodeEnd, now) && !_isReducing)
        {
            IsSaturated = false;
            _trend.Reset();
        }

        pool.Lower(pool.Count);
    }

    private bool HasPassed(long since, TimeSpan interval, long now) => since == Never || time.GetElapsedTime(since, now) >= interval;
}
