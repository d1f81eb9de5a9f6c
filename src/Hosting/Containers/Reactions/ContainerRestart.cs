using CrashShield.Hosting.Drain;
using CrashShield.Hosting.Failures;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace CrashShield.Hosting.Containers.Reactions;

/// <summary>Drains the process and has it exit with a status of its own, so that whoever started it starts it anew. Not more often than the budget allows: it may not help.</summary>
internal sealed class ContainerRestart(
    DrainSequence drain, ProcessEnd end, ReactionMetrics metrics, RestartFile restarts, IOptions<CrashShieldOptions> options, ILogger<ContainerReaction> logger, TimeProvider time)
{
    /// <summary>The exit status: the first one above those of sysexits.h, which other failures of ours have.</summary>
    public const int Status = 79;

    private readonly ContainerOptions _options = options.Value.Containers;

    public void Begin(string reason, string why)
    {
        // It ends already, which is to cost nothing of the budget.
        if (drain.Request is not null)
            return;
        if (!TryTake(reason, out var taken))
        {
            metrics.Count(reason, ReactionMetrics.Refused);
            return;
        }

        GuardedLog.Write(() => ContainerLog.Restarts(logger, why, _options.RestartAfter, Status, taken, _options.RestartBudget, _options.RestartWindow));
        metrics.Count(reason, ReactionMetrics.Restarted);
        // Somebody may just have asked for a stop. That ends it as well, with the status that it has asked for.
        if (drain.TryBegin($"a critical limit of the container ({reason})"))
            end.ExitWith(Status);
    }

    private bool TryTake(string reason, out int taken)
    {
        taken = 0;
        try
        {
            if (new RestartBudget(restarts.Path, _options, time).TryTake(reason, out taken))
                return true;

            var (used, budget, window) = (taken, _options.RestartBudget, _options.RestartWindow);
            GuardedLog.Write(() => ContainerLog.BudgetUsed(logger, reason, window, used, budget, restarts.Path));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // What is not written down would not be missing from the budget, and so would never end.
            GuardedLog.Write(() => ContainerLog.BudgetUnknown(logger, reason, restarts.Path, e.GetType().FullName, ExceptionText.Message(e)));
        }

        return false;
    }
}
