using CrashShield.Hosting.Scheduling;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace CrashShield.Hosting.Circuit;

/// <summary>Has every source read, and watches for those that hang.</summary>
internal sealed class PressureMonitor(
    IEnumerable<IPressureSource> sources, HealthCircuit circuit, ShieldSchedule schedule, IOptions<CrashShieldOptions> options, TimeProvider time) : IHostedService, IDisposable
{
    private static readonly TimeSpan CheckInterval = TimeSpan.FromSeconds(1);

    // Between two looks: whatever has held up this one has held up the sources, too.
    private static readonly TimeSpan Stalled = 2 * CheckInterval;

    private SourceSampler[] _samplers = [];
    private ScheduledJob? _watch;
    private long _last;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _samplers = [.. sources.Select(source => new SourceSampler(source, circuit, options, time))];
        _watch = schedule.Add(Watch);
        foreach (var sampler in _samplers)
            sampler.Start(schedule);
        _last = time.GetTimestamp();
        _watch.RunAfter(CheckInterval);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        Stop();
        return Task.CompletedTask;
    }

    public void Dispose() => Stop();

    private void Stop()
    {
        _watch?.Remove();
        foreach (var sampler in _samplers)
            sampler.Stop();
    }

    private void Watch()
    {
        _last = Check(_samplers, _last);
        _watch!.RunAbout(CheckInterval);
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
