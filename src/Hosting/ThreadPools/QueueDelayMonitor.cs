using CrashShield.Hosting.ThreadPools.Blocking;
using CrashShield.Hosting.ThreadPools.Diagnosis;
using CrashShield.Hosting.ThreadPools.Relief;
using Microsoft.Extensions.Hosting;

namespace CrashShield.Hosting.ThreadPools;

/// <summary>Ticks the probe on a thread of its own, has the delay diagnosed, gives a blocked pool threads, and tells who controls by the delay.</summary>
internal sealed class QueueDelayMonitor : IHostedService, IDisposable
{
    // The controller's constants hold for this interval.
    internal static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(5);

    // While nothing waits, looking less often saves the wake-ups and is still soon enough.
    private static readonly TimeSpan CalmInterval = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan Calm = TimeSpan.FromMilliseconds(2);
    // What the first look loads and compiles is not to hold up the start of the service.
    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(200);

    private static readonly TimeSpan RefreshInterval = TimeSpan.FromSeconds(10);

    // So many threads more are more than a burst, and by then they are where the code blocks.
    private static readonly TimeSpan NameAfter = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan NameWithin = TimeSpan.FromSeconds(2);
    private const int NameAtAdded = 4;
    private const long Never = long.MinValue;

    private const int StackSize = 256 * 1024;

    private readonly ManualResetEvent _stop = new(false);
    private readonly IProcessorReadings _readings;
    private readonly ReliefBound _bound;
    private readonly ProcessorWatch _watch;
    private readonly BlockingReporter _blocking;
    private readonly TimeProvider _time;
    private readonly ProcessorDiagnosis _diagnosis;
    private readonly PoolRelief _relief;
    private readonly CompletedWork _completed;
    private long _refreshed;
    private long _blocked = Never;
    private long _relieved = Never;

    public QueueDelayMonitor(IProcessorReadings readings, ReliefBound bound, ProcessorWatch watch, BlockingReporter blocking, TimeProvider time)
    {
        (_readings, _bound, _watch, _blocking, _time) = (readings, bound, watch, blocking, time);
        (_diagnosis, _relief, Probe) = (new(readings, time), new(PoolThreads.Process, bound, ThreadRoom.Has, time), new(time));
        _completed = new(Probe, time);
        _refreshed = time.GetTimestamp();
    }

    public QueueDelayProbe Probe { get; }

    public DelayPeaks Peaks { get; } = new();

    /// <summary>Called with each look, on the monitor's thread. Must not throw or block.</summary>
    public Action<PoolTick>? Ticked { get; set; }

    /// <summary>Called once, when there are no more looks. Must not throw or block.</summary>
    public Action? Ended { get; set; }

    /// <summary>Counts requests that have been served. Must not throw or block.</summary>
    public Func<long>? Requests
    {
        get => _completed.Requests;
        set => _completed.Requests = value;
    }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        new Thread(Loop, StackSize) { IsBackground = true, Name = "shield queue delay", Priority = ThreadPriority.AboveNormal }.Start();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        _stop.Set();
        return Task.CompletedTask;
    }

    public void Dispose() => _stop.Set();

    /// <summary>The longest delays since the last call.</summary>
    public DelayPeak TakePeak() => Peaks.Take(Probe.Delay);

    private void Loop()
    {
        var delay = TimeSpan.Zero;
        for (var wait = First; !_stop.WaitOne(wait); wait = delay < Calm ? CalmInterval : Interval)
        {
            try
            {
                delay = Probe.Tick();
                Look(delay);
            }
            catch (Exception e)
            {
                // On this thread it would end the process.
                _watch.Failed(e);
            }
        }

        try
        {
            Ended?.Invoke();
            _relief.End();
        }
        catch (Exception e)
        {
            _watch.Failed(e);
        }
    }

    private void Look(TimeSpan delay)
    {
        _diagnosis.Update(delay);
        var (state, now) = (_diagnosis.State, _time.GetTimestamp());
        var completed = _completed.Take(out var isNewUnit);
        _relief.Tick(state, completed, _diagnosis.IsMachineFull, isNewUnit, waits: _diagnosis.Delay >= ProcessorDiagnosis.Trouble);
        var isBlocked = state == ProcessorState.Blocked;
        if (isBlocked)
            _blocked = now;
        // On a full machine it cannot be told that more threads do not help.
        if (isBlocked && _relief.IsSaturated)
            state = _diagnosis.IsMachineFull ? ProcessorState.Crowded : ProcessorState.Saturated;

        var tick = new PoolTick(state, _diagnosis.Delay);
        Peaks.Add(tick, delay, isBlocked && _relief.IsLeft);
        Ticked?.Invoke(tick);
        _watch.Take(tick, _diagnosis.Use, _relief.Added);
        Name(_relief.Added, now);
        if (_time.GetElapsedTime(_refreshed, now) < RefreshInterval)
            return;

        _refreshed = now;
        _readings.Refresh();
        _bound.Refresh();
    }

    private void Name(int added, long now)
    {
        if (added < NameAtAdded)
            _relieved = Never;
        else if (_relieved == Never)
            _relieved = now;
        else if (_time.GetElapsedTime(_relieved, now) >= NameAfter && _blocked != Never && _time.GetElapsedTime(_blocked, now) < NameWithin)
            _blocking.Report(_relief.IsLeft);
    }
}
