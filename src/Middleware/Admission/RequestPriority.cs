namespace CrashShield.Middleware.Admission;

/// <summary>How much a request matters when not all can be served. Under overload the lowest are refused first.</summary>
public enum RequestPriority
{
    /// <summary>Refused as soon as the process is degraded: a prefetch, a report that can be fetched again.</summary>
    Sheddable,

    /// <summary>Refused before what users wait for.</summary>
    Low,

    /// <summary>Every endpoint that says nothing else.</summary>
    Normal,

    /// <summary>Refused after all others but the critical.</summary>
    High,

    /// <summary>Refused last, and served in new sessions when nothing else is: payments, log-ins.</summary>
    Critical,
}
