namespace CrashShield.Integration.Tests.Processes;

/// <summary>How it ended for a client.</summary>
internal enum Knock
{
    Answered,

    /// <summary>It could not connect.</summary>
    Refused,

    /// <summary>It could connect, and got no answer.</summary>
    LeftAlone,
}
