namespace CrashShield.Init.Processes;

/// <param name="Signal">Which.</param>
/// <param name="FromKernel">A terminal sent it, and so to the whole process group.</param>
/// <param name="Sender">The sender's process id, 0 for one outside this PID namespace.</param>
internal readonly record struct ReceivedSignal(Signal Signal, bool FromKernel, int Sender);
