namespace CrashShield.Drills.Processes;

/// <summary>One series of <c>crashshield_exceptions_total</c>.</summary>
internal sealed record Series(string ErrorType, string Route, string Outcome)
{
    public const string Handled = "handled";
    public const string Skipped = "skipped";
    public const string Aborted = "aborted";
    public const string Unobserved = "unobserved";
}
