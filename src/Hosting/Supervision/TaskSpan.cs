using System.Diagnostics;
using CrashShield.Hosting.Failures;
using CrashShield.Hosting.Telemetry;

namespace CrashShield.Hosting.Supervision;

/// <summary>The span of one attempt, when somebody listens.</summary>
internal static class TaskSpan
{
    public static Activity? Start(string task, int attempt) =>
        CrashShieldSpans.Source.HasListeners() ? StartListened(task, attempt) : null;

    /// <summary>Ends the span without touching the caller's current one: a task ends wherever what it awaited last was completed.</summary>
    public static void Stop(Activity span, CapturedFailure? failure)
    {
        if (failure is not null)
            FailureSpan.Record(span, failure);
        if (ExecutionContext.Capture() is { } context)
            ExecutionContext.Run(context, static state => ((Activity)state!).Stop(), span);
        else
            span.Stop();
    }

    private static Activity? StartListened(string task, int attempt) => CrashShieldSpans.Source
        .StartActivity($"task {task}")?
        .SetTag(TagNames.Task, task)
        .SetTag(TagNames.TaskAttempt, attempt);
}
