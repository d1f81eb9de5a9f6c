namespace CrashShield.Hosting.Circuit;

/// <summary>A reaction that is also told when a further source gets into trouble and the level stays: as a transition to the same level, with that source's reason.</summary>
internal interface IObservesSources : ICircuitReaction;
