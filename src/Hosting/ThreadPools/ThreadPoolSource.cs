using CrashShield.Hosting.Circuit;
using Microsoft.Extensions.Options;

namespace CrashShield.Hosting.ThreadPools;

/// <summary>
/// The pressure of the queue before the thread pool. A queue that the service's own load does not cause (other processes use the machine, the quota or a collection stops the process, the pool is
/// getting threads) is shown, and degrades nothing.
/// </summary>
internal sealed class ThreadPoolSource(QueueDelayMonitor monitor, ProcessorWatch watch, IOptions<CrashShieldOptions> options, TimeProvider time) : IPressureSource
{
    private const double RecoverShare = 0.5;
    private const double Shown = 0.8;

    private readonly ThreadPoolOptions _options = options.Value.ThreadPool;
    private readonly PressureScale _scale = new(
        options.Value.ThreadPool.DegradeAt.TotalSeconds * RecoverShare, options.Value.ThreadPool.DegradeAt.TotalSeconds, options.Value.ThreadPool.OpenAt.TotalSeconds);

    private readonly PoolProgress _progress = new(time);

    public string Name => "thread-pool";

    public TimeSpan Interval { get; } = TimeSpan.FromSeconds(1);

    public PressureReading Read()
    {
        watch.Tell();
        var peak = monitor.TakePeak();
        var delay = peak.All;
        var pressure = Math.Max(_scale.Of(peak.Own.TotalSeconds), Math.Min(Shown, _scale.Of(delay.TotalSeconds)));
        if (delay.TotalSeconds <= _scale.Recover)
        {
            _progress.Reset();
            return new(pressure);
        }

        var standsStill = _progress.StandsStill();
        var isDeadlocked = delay >= _options.DeadlockAfter && standsStill >= _options.DeadlockAfter;
        return new(
            isDeadlocked ? 1 : pressure,
            isDeadlocked ? $"the pool has got nowhere for {standsStill.TotalSeconds:F0} s" : $"work items wait {delay.TotalMilliseconds:F0} ms for a thread",
            isDeadlocked)
        {
            // A queue that moves is worked off, however long it takes, and a new process would find the same one.
            IsOthers = !isDeadlocked,
        };
    }
}
