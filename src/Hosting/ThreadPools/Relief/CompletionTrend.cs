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

    // The threads have had the time to complete something so often.
    private const double Rounds = 2;

    private readonly CompletionRate _rate = new(time);
    private long _began;
    private int _before;
    private int _threadsAtBest;
    private double _roundAtBest;
    private int _strikes;

    /// <summary>The most that was completed in a second.</summary>
    public double BestRate { get; private set; }

    /// <summary>Takes what has been completed, while the pool is blocked.</summary>
    /// <param name="completed">What has been completed so far.</param>
    /// <param name="threads">The threads that there are.</param>
    /// <param name="steps">In how many steps they have to have been of no help.</param>
    /// <returns>False when more threads have not helped.</returns>
    public bool Helps(long completed, int threads, int steps)
    {
        if (!_rate.HasBegun)
        {
            _began = time.GetTimestamp();
            (BestRate, _before, _threadsAtBest, _roundAtBest, _strikes) = (0, threads, threads, 0, 0);
        }

        if (_rate.TryTake(completed, CompletionRate.Shortest) is { } rate)
            Judge(rate, threads);
        var since = time.GetElapsedTime(_began);
        return BestRate > 0 ? _strikes < steps || since.TotalSeconds < Rounds * _roundAtBest : since < Patience;
    }

    /// <summary>What comes next is judged anew.</summary>
    public void Reset() => _rate.Reset();

    private void Judge(double rate, int threads)
    {
        if (rate > BestRate * Progress)
            (BestRate, _threadsAtBest, _roundAtBest, _strikes) = (rate, threads, (_before + threads) / 2d / rate, 0);
        else if (threads > _threadsAtBest * MoreThreads)
            _strikes++;
        _before = threads;
    }
}
