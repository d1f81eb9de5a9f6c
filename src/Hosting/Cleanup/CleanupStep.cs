namespace CrashShield.Hosting.Cleanup;

/// <summary>One step as it was added.</summary>
/// <param name="Id">Its place in the chain.</param>
/// <param name="Name">Its name, unique in the chain.</param>
/// <param name="Work">What it does.</param>
/// <param name="Timeout">How long it may take.</param>
/// <param name="DependsOn">What must have ended first.</param>
internal sealed record CleanupStep(
    int Id, string Name, Func<CancellationToken, ValueTask> Work, TimeSpan Timeout, CleanupDependency[] DependsOn);
