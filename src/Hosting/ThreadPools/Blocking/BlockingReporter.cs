using CrashShield.Hosting.Failures;
using CrashShield.Hosting.Scheduling;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace CrashShield.Hosting.ThreadPools.Blocking;

/// <summary>
/// Says which code blocks the thread pool, once for each place. By the schedule, whose threads start with the host, because a blocked process may have no thread left to start.
/// </summary>
internal sealed class BlockingReporter(Func<WaitHandle, BlockingSample> take, bool isOn, ShieldSchedule schedule, ILogger logger, TimeProvider time) : IHostedService, IDisposable
{
    internal static readonly TimeSpan Interval = TimeSpan.FromMinutes(10);

    // The code may not have been at it just then.
    internal static readonly TimeSpan IntervalWithoutPlace = TimeSpan.FromMinutes(1);

    private const int MaxTold = 3;

    // A place with fewer of the threads that wait is not why the pool is blocked, and one thread may only be passing by.
    private const double LeastShare = 0.25;
    private const int LeastThreads = 2;

    private const string Added = "CrashShield added threads. Make the call asynchronous, or raise the pool's minimum.";
    private const string AtMaximum = "The pool has all threads that its maximum allows, so that CrashShield adds none. Make the call asynchronous, or raise the maximum.";

    private const long Never = long.MinValue;

    private readonly ManualResetEvent _stop = new(false);
    private readonly HashSet<string> _told = [];
    private ScheduledJob? _job;
    private BlockingSample? _last;
    private long _asked = Never;
    private bool _isUnknownTold;
    private volatile bool _isAtMaximum;

    public BlockingReporter(BlockingSampler sampler, ShieldSchedule schedule, IOptions<CrashShieldOptions> options, ILogger<BlockingReporter> logger, TimeProvider time)
        : this(sampler.Take, options.Value.ThreadPool.NameBlockingCode, schedule, logger, time)
    {
    }

    /// <summary>What was found last, or why nothing was; <see langword="null"/> before the first time.</summary>
    public BlockingSample? Last => Volatile.Read(ref _last);

    /// <summary>The pool is blocked. Never blocks and never throws; at most one call in ten minutes has an effect, in one minute while nothing was found. For one caller's thread at a time.</summary>
    /// <param name="isAtMaximum">Whether the pool's maximum allows no more threads.</param>
    public void Report(bool isAtMaximum = false)
    {
        if (!isOn)
            return;
        var now = time.GetTimestamp();
        if (_asked != Never && time.GetElapsedTime(_asked, now) < (Last is { Failure: null, Places.Count: 0 } ? IntervalWithoutPlace : Interval))
            return;
        (_asked, _isAtMaximum) = (now, isAtMaximum);
        _job?.RunNow();
    }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (isOn)
            _job = schedule.Add(Step);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        Stop();
        return Task.CompletedTask;
    }

    public void Dispose() => Stop();

    /// <summary>Takes a sample and logs what is new in it. Never throws.</summary>
    internal void Step()
    {
        var sample = take(_stop);
        Volatile.Write(ref _last, sample);
        if (sample.Failure is { } reason)
            TellUnknown(reason);
        var waiting = sample.Places.Sum(place => place.Threads);
        foreach (var place in sample.Places)
        {
            if (place.Threads >= Math.Max(LeastThreads, waiting * LeastShare) && _told.Count < MaxTold && _told.Add(place.Code))
                Tell(place, sample.PoolThreads);
        }
    }

    private void Tell(BlockedPlace place, int all) => GuardedLog.Write(() =>
        BlockingLog.PoolBlocked(logger, place.Code, place.Wait, place.Threads, all, _isAtMaximum ? AtMaximum : Added, string.Join(" <- ", place.Frames)));

    private void TellUnknown(string reason)
    {
        if (_isUnknownTold)
            return;
        _isUnknownTold = true;
        GuardedLog.Write(() => BlockingLog.StacksUnknown(logger, reason));
    }

    // The event is left to the finalizer: a sample that is being taken waits on it.
    private void Stop()
    {
        _stop.Set();
        _job?.Remove();
    }
}
