namespace CrashShield.Hosting.Drain;

/// <summary>The request to stop.</summary>
/// <param name="By">Who asked, for the log.</param>
/// <param name="SkipDelay">Whether nobody sends requests any more.</param>
/// <param name="HasToEnd">Whether the process has to end though the host may be allowed to take for ever.</param>
/// <param name="At">When, as a timestamp.</param>
internal sealed record DrainRequest(string By, bool SkipDelay, bool HasToEnd, long At);
