namespace CrashShield.Drills;

/// <summary>Something that a drill promises.</summary>
/// <param name="Name">What.</param>
/// <param name="Held">Whether it was so.</param>
/// <param name="Seen">What was seen.</param>
internal sealed record Bar(string Name, bool Held, string Seen);
