namespace CrashShield.GuestApps.Seen;

/// <summary>Where something was seen.</summary>
internal enum SeenKind
{
    Log,
    LogScopes,
    LogCulture,
    Span,
    Metric,
    Diagnostic,
    Middleware,
    Server,
    Note,
}
