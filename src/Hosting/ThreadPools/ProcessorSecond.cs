using CrashShield.Hosting.ThreadPools.Diagnosis;

namespace CrashShield.Hosting.ThreadPools;

/// <summary>What prevailed in one second.</summary>
/// <param name="State">What kept work waiting.</param>
/// <param name="Delay">The longest wait.</param>
/// <param name="Use">The processor time used, of what the process may use.</param>
/// <param name="Threads">The threads of the pool.</param>
/// <param name="AddedThreads">By how many its minimum is raised.</param>
internal readonly record struct ProcessorSecond(ProcessorState State, TimeSpan Delay, double Use, int Threads, int AddedThreads);
