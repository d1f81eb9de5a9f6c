namespace WebApi;

/// <summary>Which worker answers.</summary>
internal sealed record WorkerVersion(int Pid, int Generation, string? Version);
