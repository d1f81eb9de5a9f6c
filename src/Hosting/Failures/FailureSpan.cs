using System.Diagnostics;
using CrashShield.Hosting.Telemetry;

namespace CrashShield.Hosting.Failures;

/// <summary>Writes a failure to its span after OpenTelemetry's conventions for exceptions.</summary>
internal static class FailureSpan
{
    private static readonly StackBudget Stacks = new();

    /// <param name="activity">The span.</param>
    /// <param name="failure">The failure.</param>
    /// <param name="isError">Whether the work has failed; a status below 500 is the client's mistake, and leaves the status unset (OpenTelemetry's conventions for HTTP spans).</param>
    /// <param name="withException">Whether the exception becomes an event; not, where somebody else makes one of it.</param>
    public static void Record(Activity? activity, CapturedFailure failure, bool isError = true, bool withException = true)
    {
        if (activity is null)
            return;

        try
        {
            Write(activity, failure, isError, withException);
        }
        catch (Exception)
        {
            // A listener that takes part in recording exceptions threw; log and metric still tell.
        }
    }

    private static void Write(Activity activity, CapturedFailure failure, bool isError, bool withException)
    {
        if (isError)
            activity.SetStatus(ActivityStatusCode.Error, failure.ErrorType);
        activity.SetTag(TagNames.ErrorType, failure.ErrorType);
        activity.SetTag(TagNames.ErrorId, failure.ErrorId);
        if (withException && activity.IsAllDataRequested)
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
