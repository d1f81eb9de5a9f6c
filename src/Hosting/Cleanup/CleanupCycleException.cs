namespace CrashShield.Hosting.Cleanup;

/// <summary>Clean-up steps that wait for each other, so that none of them could ever run.</summary>
public sealed class CleanupCycleException : InvalidOperationException
{
    internal CleanupCycleException(IReadOnlyList<string> cycle)
        : base($"Clean-up steps wait for each other: {string.Join(" → ", cycle)} (each depends on the next).") => Cycle = cycle;

    /// <summary>The names around the cycle; each depends on the next, and the last is the first again.</summary>
    public IReadOnlyList<string> Cycle { get; }
}
