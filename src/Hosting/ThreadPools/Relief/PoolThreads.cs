namespace CrashShield.Hosting.ThreadPools.Relief;

/// <summary>
/// The threads of the process's pool. More are given by raising its minimum, up to which it adds them at once instead of one or two a second. What the application sets is its own: the minimum is never
/// below it, and the maximum is kept.
/// </summary>
internal sealed class PoolThreads
{
    // It takes no less.
    private const int Steady = 1;

    private readonly Lock _lock = new();
    private readonly IRuntimePool _pool;
    private int _minimum;
    private int _own;
    private int _keepers;
    private int? _mostTried;

    internal PoolThreads(IRuntimePool pool)
    {
        _pool = pool;
        _minimum = _own = pool.GetMinimum();
    }

    /// <summary>The pool is the process's, and so is this: of several hosts in it each raises for all.</summary>
    public static PoolThreads Process { get; } = new(new RuntimePool());

    /// <summary>How many threads there are.</summary>
    public int Count => _pool.Count;

    /// <summary>Whether the runtime's configuration fixes the minimum, so that no threads can be given.</summary>
    public bool IsFixed { get; private set; }

    /// <summary>Whether the pool's maximum allows no more.</summary>
    public bool IsAtMaximum => Maximum <= Minimum;

    /// <summary>How many threads the pool may have, as the application or the runtime has it.</summary>
    public int Maximum => _pool.GetMaximum();

    /// <summary>The minimum as the application or the runtime has it.</summary>
    public int Own
    {
        get
        {
            lock (_lock)
            {
                Read_NeedsLock();
                return _own;
            }
        }
    }

    /// <summary>The minimum now.</summary>
    public int Minimum
    {
        get
        {
            lock (_lock)
            {
                Read_NeedsLock();
                return _minimum;
            }
        }
    }

    /// <summary>Raises the minimum, at most to the pool's maximum.</summary>
    /// <returns>False when it could not be raised: it is there already, or fixed by the runtime's configuration.</returns>
    public bool Raise(int minimum)
    {
        lock (_lock)
        {
            Read_NeedsLock();
            var next = Math.Min(minimum, _pool.GetMaximum());
            return next > _minimum && Set_NeedsLock(next);
        }
    }

    /// <summary>Lowers the minimum, at most to the application's own. Threads beyond it end by themselves when they have had nothing to do for 20 s.</summary>
    public void Lower(int minimum)
    {
        lock (_lock)
        {
            Read_NeedsLock();
            var next = Math.Max(minimum, _own);
            if (next < _minimum)
                Set_NeedsLock(next);
        }
    }

    /// <summary>Lowers the minimum, and has threads beyond it take no further work: the pool gives up what is above its maximum, which is put back at once.</summary>
    public void Withdraw(int minimum)
    {
        lock (_lock)
        {
            Read_NeedsLock();
            var next = Math.Max(minimum, _own);
            if (next >= _minimum || !Set_NeedsLock(next))
                return;

            var maximum = _pool.GetMaximum();
            // One that the application sets in that moment stays.
            if (_pool.SetMaximum(next) && _pool.GetMaximum() == next)
                _pool.SetMaximum(maximum);
        }
    }

    /// <summary>Keeps the pool from trying more than one thread at once by itself, until each that has asked for it has let it go.</summary>
    public void KeepSteady()
    {
        lock (_lock)
        {
            if (_keepers++ == 0 && _pool.MostTried is > Steady and var most)
                (_mostTried, _pool.MostTried) = (most, Steady);
        }
    }

    /// <summary>Lets the pool try as many as before.</summary>
    public void LetGo()
    {
        lock (_lock)
        {
            if (--_keepers == 0 && _mostTried is { } most)
                (_mostTried, _pool.MostTried) = (null, most);
        }
    }

    // The minimum that the application has set since is its own from now on.
    private void Read_NeedsLock()
    {
        var minimum = _pool.GetMinimum();
        if (minimum != _minimum)
            (_minimum, _own) = (minimum, minimum);
    }

    private bool Set_NeedsLock(int minimum)
    {
        IsFixed = !_pool.SetMinimum(minimum) && minimum <= _pool.GetMaximum();
        if (_pool.GetMinimum() != minimum)
            return false;

        _minimum = minimum;
        return true;
    }
}
