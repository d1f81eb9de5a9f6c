using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace CrashShield.Hosting.Circuit;

/// <summary>Has every source read, and watches for those that hang.</summary>
internal sealed class PressureMonitor(
    IEnumerable<IPressureSource> sources, HealthCircuit circuit, IOptions<CrashShieldOptions> options, TimeProvider time) : IHostedService, IDisposable
{
    private const int StackSize = 256 * 1024;
    private static readonly TimeSpan CheckInterval = TimeSpan.FromSeconds(1);

    // Between two looks: whatever has held up this thread has held up those of the sources, too.
    private static readonly TimeSpan Stalled = 2 * CheckInterval;

    private readonly ManualResetEvent _stop = new(false);
    private SourceSampler[] _samplers = [];

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _samplers = [.. sources.Select(source => new SourceSampler(source, circuit, options, time))];
        foreach (var sampler in _samplers)
            sampler.Start(_stop);
        // Not a timer: those need the thread pool, whose starvation is one of the troubles.
        new Thread(Watch, StackSize) { IsBackground = true, Name = "shield watch" }.Start();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        _stop.Set();
        return Task.CompletedTask;
    }

    // The event is left to the finalizer: a source that hangs still waits on it later.
    public void Dispose() => _stop.Set();

    private void Watch()
    {
        var last = time.GetTimestamp();
        while (!_stop.WaitOne(CheckInterval))
            last = Check(_samplers, last);
    }

    /// <summary>Looks for sources that owe a reading; not right after the whole process has stood still, so that they can make up for it.</summary>
    /// <param name="samplers">The sources.</param>
    /// <param name="last">When it was called last.</param>
    /// <returns>When it was called now.</returns>
    internal long Check(SourceSampler[] samplers, long last)
    {
        var now = time.GetTimestamp();
        if (time.GetElapsedTime(last, now) > Stalled)
            return now;

        foreach (var sampler in samplers)
            sampler.Check();
        return now;
    }
}
