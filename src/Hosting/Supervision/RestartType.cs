namespace CrashShield.Hosting.Supervision;

/// <summary>When a child that ended is started again (the restart types of Erlang/OTP's supervisor).</summary>
public enum RestartType
{
    /// <summary>Never. Work that is done once, such as one of the calls that a request fans out to.</summary>
    Temporary,

    /// <summary>Only when it failed. Work with an end of its own that must be reached.</summary>
    Transient,

    /// <summary>Always, also when it ended without a failure. A loop that is to run as long as its scope.</summary>
    Permanent,
}
