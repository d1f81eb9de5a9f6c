using CrashShield.Hosting.Failures;

namespace CrashShield.Hosting.Handoff;

/// <summary>The application's verdict on a new worker. A rule that throws, or does not come to an end, says no: the old worker is the one that is known to serve.</summary>
internal static class HandoffRule
{
    // Half of what a lead waits for the verdict.
    private static readonly TimeSpan DecideWithin = TimeSpan.FromSeconds(5);

    public static string? WhyNot(Func<WorkerBuild, WorkerBuild, string?> rule, WorkerBuild old, WorkerBuild next) => WhyNot(rule, old, next, DecideWithin);

    internal static string? WhyNot(Func<WorkerBuild, WorkerBuild, string?> rule, WorkerBuild old, WorkerBuild next, TimeSpan within)
    {
        try
        {
            // On a thread of its own: the one that asks has more to listen to.
            var verdict = Task.Factory.StartNew(() => Ask(rule, old, next), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
            return verdict.Wait(within) ? verdict.GetAwaiter().GetResult() : $"the rule has not decided within {within.TotalSeconds} s";
        }
        catch (Exception e) when (e is OutOfMemoryException or TaskSchedulerException)
        {
            // At pids.max.
            return $"no thread can be had for the rule: {ExceptionText.Message(e)}";
        }
    }

    private static string? Ask(Func<WorkerBuild, WorkerBuild, string?> rule, WorkerBuild old, WorkerBuild next)
    {
        try
        {
            return rule(old, next);
        }
        catch (Exception e)
        {
            return $"the rule threw {e.GetType().FullName}: {ExceptionText.Message(e)}";
        }
    }
}
