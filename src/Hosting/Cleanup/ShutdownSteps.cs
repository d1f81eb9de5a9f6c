namespace CrashShield.Hosting.Cleanup;

/// <summary>The steps that every shutdown has.</summary>
public static class ShutdownSteps
{
    /// <summary>
    /// <c>drain</c>: the server takes no more requests, those it had have ended or used up the host's shutdown timeout, and the hosted
    /// services have stopped. The chain starts after that, so that this step does nothing itself: depending on it says what a step relies on.
    /// </summary>
    public const string Drain = "drain";
}
