namespace CrashShield.Hosting.Telemetry;

/// <summary>Every tag of every instrument and span, so that two features never spell one differently.</summary>
internal static class TagNames
{
    public const string ErrorType = "error.type";
    public const string HttpRoute = "http.route";
    public const string Kind = "kind";
    public const string Outcome = "outcome";
    public const string Task = "task";
    public const string TaskAttempt = "crashshield.task.attempt";
    public const string Method = "method";
    public const string Priority = "priority";
    public const string Reason = "reason";
    public const string Resource = "resource";
    public const string Source = "source";
    public const string State = "state";

    public const string ExceptionType = "exception.type";
    public const string ExceptionMessage = "exception.message";
    public const string ExceptionStackTrace = "exception.stacktrace";

    public const string ErrorId = "crashshield.error_id";
}
