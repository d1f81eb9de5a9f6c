namespace CrashShield.Middleware.Admission;

/// <summary>What a request that was let in gives back when it ends.</summary>
/// <param name="Epoch">In which it came.</param>
/// <param name="Timestamp">When it came, or -1 when it is not timed.</param>
internal readonly record struct AdmissionPermit(int Epoch, long Timestamp);
