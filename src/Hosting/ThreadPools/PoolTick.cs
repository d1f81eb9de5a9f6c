using CrashShield.Hosting.ThreadPools.Diagnosis;

namespace CrashShield.Hosting.ThreadPools;

/// <summary>What was seen of the pool a moment ago.</summary>
/// <param name="State">What keeps work waiting.</param>
/// <param name="Delay">How long work waits, without the time in which the whole process stood still.</param>
internal readonly record struct PoolTick(ProcessorState State, TimeSpan Delay);
