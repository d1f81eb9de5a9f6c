using CrashShield.Hosting.ThreadPools.Blocking;
using CrashShield.Hosting.ThreadPools.Diagnosis;
using CrashShield.Hosting.ThreadPools.Relief;
using Microsoft.Extensions.Hosting;

namespace CrashShield.Hosting.ThreadPools;

/// <summary>Ticks the probe on a thread of its own, has the delay diagnosed, gives a blocked pool threads, and tells who controls by the delay.</summary>
internal sealed class QueueDelayMonitor(IProcessorReadings readings, ReliefBound bound, ProcessorWatch watch, BlockingReporter blocking, TimeProvider time) : IHostedService, IDisposable
{
    // The controller's constants hold for this interval.
    internal static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(5);

    // While nothing waits, looking less often saves the wake-ups and is still soon enough.
    private static readonly TimeSpan CalmInterval = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan Calm = TimeSpan.FromMilliseconds(2);
    private static readonly TimeSpan RefreshInterval = TimeSpan.FromSeconds(10);

    // So many threads more are more than a burst, and by then they are where the code blocks.
    private static readonly TimeSpan NameAfter = TimeSpan.FromSeconds(1);
    private const int NameAtAdded = 4;
    private const long Never = long.MinValue;

    private const int StackSize = 256 * 1024;

    private readonly ManualResetEvent _stop = new(false);
    private readonly ProcessorDiagnosis _diagnosis = new(readings, time);
    private readonly PoolRelief _relief = new(PoolThreads.Process, bound, time);
    private readonly DelayPeaks _peaks = new();
    private long _refreshed = time.GetTimestamp();
    private long _relieved = Never;

    public QueueDelayProbe Probe { get; } = new(time);

    /// <summary>Called with each look, on the monitor's thread. Must not throw or block.</summary>
    public Action<PoolTick>? Ticked { get; set; }

    /// <summary>Counts what the service has completed, requests for example. Without it the work items of the pool count, of which a request has several. Must not throw or block.</summary>
    public Func<long>? Completed { get; set; }

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
    public DelayPeak TakePeak() => _peaks.Take(Probe.Delay);

    private void Loop()
    {
        TimeSpan delay;
        do
        {
            delay = Probe.Tick();
            try
            {
                Look(delay);
            }
            catch (Exception e)
            {
                // On this thread it would end the process.
                watch.TellFailed(e);
            }
        }
        while (!_stop.WaitOne(delay < Calm ? CalmInterval : Interval));
        _relief.End();
    }

    private void Look(TimeSpan delay)
    {
        _diagnosis.Update(delay);
        var state = _diagnosis.State;
        _relief.Tick(state, Completed?.Invoke() ?? ThreadPool.CompletedWorkItemCount - Probe.Completed);
        if (state == ProcessorState.Blocked && _relief.IsSaturated)
            state = ProcessorState.Saturated;

        var tick = new PoolTick(state, _diagnosis.Delay);
        _peaks.Add(tick, delay);
        Ticked?.Invoke(tick);
        watch.Take(tick, _diagnosis.Use, _relief.Added);
        Name(_relief.Added);
        if (time.GetElapsedTime(_refreshed) >= RefreshInterval)
            Refresh();
    }

    private void Name(int added)
    {
        if (added < NameAtAdded)
            _relieved = Never;
        else if (_relieved == Never)
            _relieved = time.GetTimestamp();
        else if (time.GetElapsedTime(_relieved) >= NameAfter)
            blocking.Report();
    }

    private void Refresh()
    {
        _refreshed = time.GetTimestamp();
        readings.Refresh();
    }
}
