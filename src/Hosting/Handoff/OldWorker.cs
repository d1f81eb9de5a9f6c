using CrashShield.Handoff.Protocol;
using CrashShield.Hosting.Failures;
using CrashShield.Hosting.Serving;
using Microsoft.Extensions.Logging;

namespace CrashShield.Hosting.Handoff;

/// <summary>What this process does as the old worker of a hot restart, when its lead says so: another process over the control channel, or this one.</summary>
internal sealed class OldWorker(
    WorkerBuild build, Func<WorkerBuild, WorkerBuild, string?> rule, WorkerServing serving, BackgroundWork work, HandoverStates states, Action<string> ended, ILogger logger)
{
    /// <summary>Does what a message says.</summary>
    /// <param name="message">The message.</param>
    /// <param name="answer">Gets each answer; that to <c>rest</c> on another thread.</param>
    /// <returns>Whether it was for an old worker.</returns>
    public bool TryHandle(Message message, Action<Message> answer)
    {
        switch (message.Type)
        {
            case ControlType.Offer:
                Judge(message, answer);
                break;
            case ControlType.Collect:
                states.Send(answer);
                break;
            case ControlType.Pause:
                var connections = serving.Pause();
                answer(new(ControlType.Paused) { Connections = connections });
                GuardedLog.Write(() => HandoffLog.Paused(logger, connections));
                break;
            case ControlType.Resume:
                if (serving.Resume())
                    answer(new(ControlType.Opened));
                GuardedLog.Write(() => HandoffLog.Resumed(logger));
                ended(HandoffMetrics.RolledBack);
                break;
            case ControlType.Rest:
                _ = RestAsync(answer);
                break;
            case ControlType.Work:
                work.Serve();
                break;
            case ControlType.Stop:
                if (serving.HasPaused)
                    ended(HandoffMetrics.Completed);
                break;
            default:
                return false;
        }

        return true;
    }

    private async Task RestAsync(Action<Message> answer)
    {
        if (await work.RestAsync().ConfigureAwait(false))
            answer(new(ControlType.Rested));
    }

    private void Judge(Message offer, Action<Message> answer)
    {
        var why = Version.TryParse(offer.Version, out var version)
            ? HandoffRule.WhyNot(rule, build, new(version, offer.Build ?? "", offer.Generation ?? 0))
            : $"'{offer.Version}' is no version";
        if (why is not null)
            ended(HandoffMetrics.Refused);
        answer(new(ControlType.Verdict) { Accepted = why is null, Reason = why });
    }
}
