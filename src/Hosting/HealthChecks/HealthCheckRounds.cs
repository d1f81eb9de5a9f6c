using CrashShield.Hosting.Configuration;
using CrashShield.Hosting.Failures;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace CrashShield.Hosting.HealthChecks;

/// <summary>
/// Runs the application's health checks in rounds, here alone, and keeps what they have told for whoever asks: probes wait for no check. They look at what the process depends on: when a database is
/// away for long, a restart of every replica only adds to it.
/// </summary>
internal sealed class HealthCheckRounds(QuietHealthChecks checks, IOptions<HealthCheckServiceOptions> registered, IOptions<CrashShieldOptions> options, ILogger<HealthCheckRounds> logger)
{
    // Nearly all of them end within that, and the circuit then sees what they have just told; for the others no thread is kept.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private readonly ShieldHealthCheckOptions _options = options.Value.HealthChecks;
    private readonly Lock _lock = new();
    private HealthCheckRun[]? _runs;
    private Task _round = Task.CompletedTask;
    private CheckedHealth[] _notReady = [];
    private CheckedHealth[] _notLive = [];
    private CheckedHealth[] _all = [];
    private volatile bool _hasRun;

    /// <summary>What all of them have told last.</summary>
    public IReadOnlyList<CheckedHealth> All => Volatile.Read(ref _all);

    /// <summary>Those that make the instance not ready; nothing is known before the first round has ended.</summary>
    public IReadOnlyList<CheckedHealth> NotReady => Volatile.Read(ref _notReady);

    /// <summary>Those that fail liveness.</summary>
    public IReadOnlyList<CheckedHealth> NotLive => Volatile.Read(ref _notLive);

    /// <summary>Whether it is known how they are: also where there are none.</summary>
    public bool IsKnown => _hasRun || registered.Value.Registrations.Count == 0;

    /// <summary>Runs all that count for anything, at once, if the last round has ended. Waits only a moment for those that take long.</summary>
    public void Run() => Round().Wait(Patience);

    /// <summary>Runs all of them with what is so now.</summary>
    public async Task RunAnewAsync()
    {
        // One that is under way may have begun before.
        await Round().ConfigureAwait(false);
        await Round().ConfigureAwait(false);
    }

    private Task Round()
    {
        lock (_lock)
        {
            if (_runs is null)
            {
                _runs = [.. registered.Value.Registrations.Where(IsOfUse).Select(check => new HealthCheckRun(check, checks))];
                TellUnknownTags();
            }

            _hasRun |= _runs.Length == 0;
            if (_round.IsCompleted && _runs.Length > 0)
                _round = RunAsync(_runs);
            return _round;
        }
    }

    private async Task RunAsync(HealthCheckRun[] runs)
    {
        await Task.WhenAll(runs.Select(run => run.RunAsync(_options.Interval))).ConfigureAwait(false);
        var (wasReady, wasLive) = (_notReady.Length == 0, _notLive.Length == 0);
        Volatile.Write(ref _all, [.. runs.Select(run => run.Last!)]);
        Volatile.Write(ref _notReady, Unhealthy(_options.Readiness));
        Volatile.Write(ref _notLive, Unhealthy(_options.Liveness));
        _hasRun = true;
        Tell(wasReady, wasLive);
    }

    /// <summary>Those of a choice that are no better than a status.</summary>
    public CheckedHealth[] Of(HealthCheckChoice choice, HealthStatus atBest) => _runs is { Length: > 0 } runs ? Among(runs, choice, atBest) : [];

    // Out of line: where there are no checks nothing is allocated.
    private static CheckedHealth[] Among(HealthCheckRun[] runs, HealthCheckChoice choice, HealthStatus atBest) =>
        [.. runs.Where(run => choice.Has(run.Check) && run.Last is { } last && last.Status <= atBest).Select(run => run.Last!)];

    private CheckedHealth[] Unhealthy(HealthCheckChoice choice) => Of(choice, HealthStatus.Unhealthy);

    private bool IsOfUse(HealthCheckRegistration check) =>
        _options.Readiness.Has(check) || _options.Liveness.Has(check) || _options.Circuit.Has(check) || _options.Handover.Has(check);

    private void TellUnknownTags()
    {
        var registrations = registered.Value.Registrations;
        // Settings that many services share may name tags where there are no checks at all.
        if (registrations.Count == 0)
            return;

        (string Use, HealthCheckChoice Choice)[] uses =
        [
            (nameof(_options.Readiness), _options.Readiness), (nameof(_options.Liveness), _options.Liveness), (nameof(_options.Circuit), _options.Circuit),
            (nameof(_options.Handover), _options.Handover),
        ];
        var tags = registrations.SelectMany(check => check.Tags).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToArray();
        var known = tags.Length == 0 ? "none" : string.Join(", ", tags);
        foreach (var (use, choice) in uses)
        {
            foreach (var tag in choice.Unknown(registrations))
                GuardedLog.Write(() => HealthCheckLog.NoSuchTag(logger, $"{ConfigurationKey.Section}:{nameof(CrashShieldOptions.HealthChecks)}:{use}:{nameof(choice.Tags)}", tag, known));
        }
    }

    private void Tell(bool wasReady, bool wasLive)
    {
        if (wasLive && _notLive.Length > 0)
            GuardedLog.Write(() => HealthCheckLog.NotLive(logger, string.Join<CheckedHealth>(", ", _notLive)));
        if (wasReady && _notReady.Length > 0)
            GuardedLog.Write(() => HealthCheckLog.NotReady(logger, string.Join<CheckedHealth>(", ", _notReady)));
        else if (!(wasReady && wasLive) && _notReady.Length == 0 && _notLive.Length == 0)
            GuardedLog.Write(() => HealthCheckLog.Well(logger));
    }
}
