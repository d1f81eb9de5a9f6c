namespace CrashShield.Hosting.Leaks;

/// <summary>Looks for surges of what is tracked, of the pool's threads and of timers.</summary>
internal sealed class SurgeWatch(LeakRegistry registry, LeakOptions options)
{
    private readonly Dictionary<LeakSite, SurgeDetector> _sites = [];
    private readonly SurgeDetector _threads = new(options);
    private readonly SurgeDetector _timers = new(options);
    private readonly long _start = registry.Time.GetTimestamp();

    public void Step(Action<string, string, Surge> found)
    {
        var now = registry.Time.GetElapsedTime(_start);
        foreach (var site in registry.Sites)
        {
            if (!_sites.TryGetValue(site, out var detector))
                _sites[site] = detector = new(options);
            if (detector.Sample(now, site.Alive) is { } surge)
                found(site.Name, site.Place, surge);
        }

        if (_threads.Sample(now, ThreadPool.ThreadCount) is { } threads)
            found("thread-pool threads", "the process", threads);
        if (_timers.Sample(now, Timer.ActiveCount) is { } timers)
            found("timers", "the process", timers);
    }
}
