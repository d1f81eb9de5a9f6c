using CrashShield.Hosting.ThreadPools.Blocking;
using CrashShield.Hosting.ThreadPools.Diagnosis;

namespace CrashShield.Hosting.ThreadPools;

/// <summary>What keeps work waiting for a thread of the pool, as <c>/healthz</c> shows it.</summary>
/// <param name="State">The state that prevailed in the second in which this was written.</param>
/// <param name="Since">When it began.</param>
/// <param name="DelayMs">The longest wait of that second, in milliseconds.</param>
/// <param name="Use">The processor time used, of what the process may use: 0 to 1.</param>
/// <param name="Threads">The threads of the pool.</param>
/// <param name="AddedThreads">By how many its minimum is raised.</param>
/// <param name="Blocking">Where its threads waited when that was last looked for; <see langword="null"/> before.</param>
internal sealed record ProcessorReport(
    ProcessorState State, DateTimeOffset Since, double DelayMs, double Use, int Threads, int AddedThreads, IReadOnlyList<BlockedPlace>? Blocking = null);
