using CrashShield.Hosting.Failures;

namespace CrashShield.Hosting.Handoff;

/// <summary>The application's verdict on a new worker. A rule that throws says no: the old worker is the one that is known to serve.</summary>
internal static class HandoffRule
{
    public static string? WhyNot(Func<WorkerBuild, WorkerBuild, string?> rule, WorkerBuild old, WorkerBuild next)
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
