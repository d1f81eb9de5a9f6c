using System.Diagnostics;
using CrashShield.Hosting.Telemetry;

namespace CrashShield.Hosting.Failures;

/// <summary>Writes a failure to its span after OpenTelemetry's conventions for exceptions.</summary>
internal static class FailureSpan
{
    private static readonly StackBudget Stacks = new();

    public static void Record(Activity? activity, CapturedFailure failure)
    {
        if (activity is null)
            return;

        try
        {
            Write(activity, failure);
        }
        catch (Exception)
        {
            // A listener that takes part in recording exceptions threw; log and metric still tell.
        }
    }

    private static void Write(Activity activity, CapturedFailure failure)
    {
        activity.SetStatus(ActivityStatusCode.Error, failure.ErrorType);
        activity.SetTag(TagNames.ErrorType, failure.ErrorType);
        activity.SetTag(TagNames.ErrorId, failure.ErrorId);
        if (activity.IsAllDataRequested)
        {
            activity.AddException(failure.Exception, new TagList
            {
                { TagNames.ExceptionType, failure.ErrorType },
                { TagNames.ExceptionMessage, ExceptionText.Message(failure.Exception) },
                { TagNames.ExceptionStackTrace, new LazyStackTrace(failure) },
            }, failure.Timestamp);
        }
    }

    // A stack costs far more to format than all else on the error path. Exporters turn tag values that are no
    // primitives into text when they export, which is off the request and only for spans that were sampled.
    private sealed class LazyStackTrace(CapturedFailure failure)
    {
        private string? _text;

        public override string ToString() => _text ??= Stacks.TryTake(failure.Timestamp)
            ? ExceptionText.Render(failure.Exception)
            : $"(left out: more than {StackBudget.PerSecond} failures in this second)";
    }
}
