namespace CrashShield.Init.Processes;

/// <param name="Signal">Which.</param>
/// <param name="FromKernel">A terminal sent it, and so to the whole process group.</param>
internal readonly record struct ReceivedSignal(Signal Signal, bool FromKernel);
