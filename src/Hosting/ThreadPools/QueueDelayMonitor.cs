using Microsoft.Extensions.Hosting;

namespace CrashShield.Hosting.ThreadPools;

/// <summary>Ticks the probe on a thread of its own and tells who controls by the delay.</summary>
internal sealed class QueueDelayMonitor(TimeProvider time) : IHostedService, IDisposable
{
    // The controller's constants hold for this interval.
    internal static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(5);

    // While nothing waits, looking less often saves the wake-ups and is still soon enough.
    private static readonly TimeSpan CalmInterval = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan Calm = TimeSpan.FromMilliseconds(2);

    private const int StackSize = 256 * 1024;

    private readonly ManualResetEvent _stop = new(false);
    private long _peak;

    public QueueDelayProbe Probe { get; } = new(time);

    /// <summary>Called with each delay, on the monitor's thread. Must not throw or block.</summary>
    public Action<TimeSpan>? Ticked { get; set; }

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

    /// <summary>The longest delay since the last call.</summary>
    public TimeSpan TakePeak() => new(Math.Max(Interlocked.Exchange(ref _peak, 0), Probe.Delay.Ticks));

    private void Loop()
    {
        TimeSpan delay;
        do
        {
            delay = Probe.Tick();
            if (delay.Ticks > Volatile.Read(ref _peak))
                Interlocked.Exchange(ref _peak, delay.Ticks);
            Ticked?.Invoke(delay);
        }
        while (!_stop.WaitOne(delay < Calm ? CalmInterval : Interval));
    }
}
