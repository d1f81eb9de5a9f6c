namespace CrashShield.Load;

/// <summary>What became of one request.</summary>
public enum Outcome
{
    /// <summary>The expected status and the whole body.</summary>
    Ok,

    /// <summary>A whole response with another status.</summary>
    WrongStatus,

    /// <summary>A whole response with status 503 where another was expected: the server has refused the request.</summary>
    Shed,

    /// <summary>An answer began and did not end, or is none.</summary>
    Truncated,

    /// <summary>Nobody accepted the connection.</summary>
    Refused,

    /// <summary>A new connection ended before any answer.</summary>
    Reset,

    /// <summary>A connection that had answered before ended without an answer, and the server had not announced it.</summary>
    ReusedDied,

    /// <summary>No whole answer had come when the driver gave up.</summary>
    TimedOut,
}
