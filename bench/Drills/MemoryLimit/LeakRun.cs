namespace CrashShield.Drills.MemoryLimit;

/// <summary>What one run has seen.</summary>
/// <param name="StartMebibytes">The working set before the leak.</param>
/// <param name="ShedAfterSeconds">When the leak was first refused, from its beginning.</param>
/// <param name="ShedAtMebibytes">The working set then.</param>
/// <param name="SecondsLeft">How long the leak would have taken from there to the limit.</param>
/// <param name="Reason">Why the circuit says that it was.</param>
/// <param name="RecoveredAfterSeconds">When the circuit was closed again, from the first refusal.</param>
/// <param name="Alive">Whether the process still answered then.</param>
/// <param name="Status">How it ended.</param>
/// <param name="Killed">What the kernel killed for lack of memory.</param>
internal sealed record LeakRun(
    double StartMebibytes, double? ShedAfterSeconds = null, double? ShedAtMebibytes = null, double? SecondsLeft = null, string? Reason = null,
    double? RecoveredAfterSeconds = null, bool Alive = false, int Status = -1, long Killed = 0);
