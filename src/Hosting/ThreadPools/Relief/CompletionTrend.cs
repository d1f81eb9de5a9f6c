namespace CrashShield.Hosting.ThreadPools.Relief;

/// <summary>
/// Whether more threads raise what is completed. Judged in steps of half a second against the best so far: work that waits for each other (a lock, a pool of connections) is completed
/// no sooner by more threads.
/// </summary>
internal sealed class CompletionTrend(TimeProvider time)
{
    // Nothing completed at all for so long: items may take some seconds each.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private const double Progress = 1.05;
    private const double MoreThreads = 1.1;

    // What they wait for is hurt by more of them: a database that many want to write to at once.
    private const double Worse = 0.85;

    private const int AtOnce = 100;

    // The threads have had the time to complete something so often.
    private const double Rounds = 2;

    // Of a step: a queue that comes and goes is served, and what is completed is what arrives.
    private const double LeastBlocked = 0.5;
    private static readonly TimeSpan LongestTick = TimeSpan.FromMilliseconds(25);

    private readonly CompletionRate _rate = new(time);
    private long _began;
    private long _last;
    private TimeSpan _blocked;
    private double _roundAtBest;
    private int _strikes;

    /// <summary>The most that was completed in a second.</summary>
    public double BestRate { get; private set; }

    /// <summary>Whether more threads have been seen to complete more.</summary>
    public bool HasHelped { get; private set; }

    /// <summary>The threads with which it was.</summary>
    public int BestThreads { get; private set; }

    /// <summary>The threads at the beginning of this step.</summary>
    public int ThreadsBefore { get; private set; }

    /// <summary>Takes what has been completed, while the pool is blocked.</summary>
    /// <param name="completed">What has been completed so far.</param>
    /// <param name="threads">The threads that there are.</param>
    /// <param name="steps">In how many steps they have to have been of no help.</param>
    /// <returns>False when more threads have not helped.</returns>
    public bool Helps(long completed, int threads, int steps)
    {
        if (!_rate.HasBegun)
        {
            _began = _last = time.GetTimestamp();
            (BestRate, ThreadsBefore, BestThreads, _roundAtBest, _strikes, HasHelped) = (0, threads, threads, 0, 0, false);
        }

        var tick = time.GetElapsedTime(_last);
        (_last, _blocked) = (time.GetTimestamp(), _blocked + (tick < LongestTick ? tick : TimeSpan.Zero));
        if (_rate.TryTake(completed, CompletionRate.Shortest) is { } step)
            Judge(step, threads);
        var since = time.GetElapsedTime(_began);
        return BestRate > 0 ? _strikes < steps || since.TotalSeconds < Rounds * _roundAtBest : since < Patience;
    }

    /// <summary>What comes next is judged anew.</summary>
    public void Reset() => _rate.Reset();

    private void Judge(RateStep step, int threads)
    {
        var (rate, isBlocked) = (step.Rate, _blocked >= LeastBlocked * step.Elapsed);
        _blocked = TimeSpan.Zero;
        HasHelped |= BestRate > 0 && rate > BestRate * Progress && threads > BestThreads * MoreThreads;
        if (rate > BestRate * Progress)
            (BestRate, BestThreads, _roundAtBest, _strikes) = (rate, threads, (ThreadsBefore + threads) / 2d / rate, 0);
        else if (isBlocked && threads > BestThreads * MoreThreads)
            _strikes += rate < BestRate * Worse ? AtOnce : 1;
        ThreadsBefore = threads;
    }
}
