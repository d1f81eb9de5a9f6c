namespace CrashShield.Hosting.Failures;

/// <summary>
/// How a captured failure ended: the values of the <c>outcome</c> tag. The first four are those of
/// ASP.NET Core's <c>aspnetcore.diagnostics.exception.result</c>.
/// </summary>
internal static class FailureOutcome
{
    /// <summary>The client got an error answer.</summary>
    public const string Handled = "handled";

    /// <summary>The answer had begun, and the server ended it.</summary>
    public const string Skipped = "skipped";

    /// <summary>The client was gone; no error.</summary>
    public const string Aborted = "aborted";

    /// <summary>No answer could be written; the server gave one without a body, or cut the connection.</summary>
    public const string Unhandled = "unhandled";

    /// <summary>A task failed and nobody awaited it.</summary>
    public const string Unobserved = "unobserved";
}
