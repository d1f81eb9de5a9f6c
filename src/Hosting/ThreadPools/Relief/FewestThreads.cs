namespace CrashShield.Hosting.ThreadPools.Relief;

/// <summary>
/// Looks for the fewest threads with which as much is completed: where more do not help, each only waits for the others, and so does its request. Halves them while the rate holds, and takes the last half
/// back when it falls.
/// </summary>
internal sealed class FewestThreads(PoolThreads pool, TimeProvider time)
{
    private const double Holds = 0.9;
    private const int Half = 2;

    // What begins in a step has to end in it.
    private const double Rounds = 2;

    private readonly CompletionRate _rate = new(time);
    private double _best;
    private int _before;
    private bool _isFound;

    /// <summary>Begins.</summary>
    /// <param name="rate">The rate that has been reached.</param>
    /// <param name="threads">The threads with which it was.</param>
    public void Begin(double rate, int threads)
    {
        (_best, _before, _isFound) = (rate, pool.Minimum, rate <= 0);
        _rate.Reset();
        if (_isFound)
            return;
        if (threads < _before)
            pool.Withdraw(threads);
        else
            Halve();
    }

    /// <summary>Takes what has been completed so far.</summary>
    public void Tick(long completed)
    {
        if (_isFound)
            return;

        var round = TimeSpan.FromSeconds(Math.Min(Rounds * pool.Minimum / _best, TimeSpan.SecondsPerMinute));
        if (_rate.TryTake(completed, round > CompletionRate.Shortest ? round : CompletionRate.Shortest) is not { Rate: var rate })
            return;

        if (rate < _best * Holds)
        {
            pool.Raise(_before);
            _isFound = true;
        }
        else
        {
            _best = Math.Max(_best, rate);
            Halve();
        }
    }

    private void Halve()
    {
        _before = pool.Minimum;
        _isFound = _best <= 0 || _before <= pool.Own;
        if (!_isFound)
            pool.Withdraw(_before / Half);
    }
}
