namespace CrashShield.Middleware.Admission;

/// <summary>Why a request was refused, as the tag <c>reason</c> has it.</summary>
internal static class ShedReason
{
    public const string QueueDelay = "queue-delay";
    public const string Limit = "limit";
    public const string Degraded = "degraded";
    public const string NewSession = "new-session";

    /// <summary>A stream that would begin while the process is about to stop.</summary>
    public const string LameDuck = "lame-duck";
}
