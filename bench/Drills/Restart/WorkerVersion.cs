namespace CrashShield.Drills.Restart;

/// <summary>What the sample says of itself.</summary>
internal sealed record WorkerVersion(int Pid, int Generation);
