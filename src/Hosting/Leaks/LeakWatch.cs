using CrashShield.Hosting.Failures;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace CrashShield.Hosting.Leaks;

/// <summary>One look for leaks: what finalizers have found, what is stuck, what surges.</summary>
internal sealed class LeakWatch
{
    private readonly LeakRegistry _registry;
    private readonly LeakMetrics _metrics;
    private readonly LeakOptions _options;
    private readonly ILogger<LeakWatch> _logger;
    private readonly LeakReports _reports;
    private readonly RecentCount _recent;
    private readonly SurgeWatch _surges;
    // Kept, as is the list: a look that finds nothing allocates nothing.
    private readonly Action<string, string, Surge> _logSurge;
    private readonly List<LeakFinding> _fresh = [];
    private long _profiled;
    private LeakSite? _latest;
    private int _leaked;
    private long _stepped;

    public LeakWatch(LeakRegistry registry, LeakMetrics metrics, IOptions<CrashShieldOptions> options, ILogger<LeakWatch> logger)
    {
        (_registry, _metrics, _options, _logger) = (registry, metrics, options.Value.Leaks, logger);
        _reports = new(registry.Time, _options.ReportWindow, logger);
        _recent = new(registry.Time, _options.ReportWindow);
        _surges = new(registry, _options);
        _logSurge = (name, site, surge) =>
            GuardedLog.Write(() => LeakLog.CountSurges(_logger, name, site, surge.From, surge.To, surge.Within));
        _profiled = _stepped = registry.Time.GetTimestamp();
    }

    /// <summary>The leaks that are stuck now or were found in the last window.</summary>
    public int Leaked => Volatile.Read(ref _leaked);

    /// <summary>For how long that has not been looked at.</summary>
    public TimeSpan Age => _registry.Time.GetElapsedTime(Volatile.Read(ref _stepped));

    /// <summary>Where the last leak was created.</summary>
    public LeakSite? Latest => Volatile.Read(ref _latest);

    public void Step()
    {
        var found = 0;
        foreach (var finding in _registry.TakeFound())
        {
            found++;
            Report(finding);
        }

        Volatile.Write(ref _leaked, _recent.Add(found) + ReportStuck());
        _reports.Flush();
        _surges.Step(_logSurge);
        LogProfile();
        Volatile.Write(ref _stepped, _registry.Time.GetTimestamp());
    }

    private int ReportStuck()
    {
        var all = _registry.TakeStuck(_options.StuckAfter, _fresh);
        // Outside of the sites' locks: who listens to a meter may take long.
        foreach (var finding in _fresh)
            Report(finding);
        _fresh.Clear();
        return all;
    }

    private void Report(LeakFinding finding)
    {
        Volatile.Write(ref _latest, finding.Site);
        GuardedLog.Write(() => _metrics.Count(finding));
        _reports.Add(finding);
    }

    private void TellProfile(IReadOnlyList<LeakProfile> rows) => GuardedLog.Write(() => LeakLog.Profile(_logger, string.Join("; ", rows)));

    private void LogProfile()
    {
        if (!_logger.IsEnabled(LogLevel.Debug) || _registry.Time.GetElapsedTime(_profiled) < _options.ReportWindow)
            return;

        _profiled = _registry.Time.GetTimestamp();
        if (LeakProfile.Take(_registry) is { Count: > 0 } rows)
            TellProfile(rows);
    }
}
