namespace CrashShield.Hosting.Memory;

/// <summary>One collection.</summary>
/// <param name="Index">Its number among all collections; 0 when there has been none.</param>
/// <param name="Pause">How long it stopped the process, in all.</param>
/// <param name="Before">The bytes before it in the generations that it collected.</param>
/// <param name="Survived">How many of them are still in use.</param>
/// <param name="Left">The bytes in use in the whole heap after it.</param>
/// <param name="Limit">The bytes that the heap may have.</param>
internal readonly record struct CollectionRecord(long Index, TimeSpan Pause, long Before, long Survived, long Left, long Limit);
