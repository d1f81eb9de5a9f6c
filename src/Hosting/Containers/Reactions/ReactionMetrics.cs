using CrashShield.Hosting.Failures;
using CrashShield.Hosting.Telemetry;

namespace CrashShield.Hosting.Containers.Reactions;

internal sealed class ReactionMetrics
{
    public const string Began = "began";
    public const string Cleared = "cleared";
    public const string Restarted = "restarted";

    /// <summary>There have been too many restarts already, or they cannot be counted.</summary>
    public const string Refused = "refused";

    private readonly ShieldCounter _reactions;

    public ReactionMetrics(ShieldMeter meter) =>
        _reactions = meter.CreateCounter("crashshield.container.reactions", "{reaction}", "What was done about a limit of the container that became critical, by reason and outcome.");

    public void Count(string reason, string outcome) => GuardedLog.Write(() =>
    {
        if (_reactions.Enabled)
            _reactions.Add(1, new(TagNames.Reason, reason), new(TagNames.Outcome, outcome));
    });
}
