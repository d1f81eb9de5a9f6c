namespace CrashShield.Hosting.Handoff;

/// <summary>Sends requests through the server's own pipeline before it accepts any from others.</summary>
internal interface IWarmUp
{
    /// <returns>How many were answered.</returns>
    Task<int> RunAsync(CancellationToken cancellationToken);
}
