namespace CrashShield.Drills.Leaks;

/// <summary>A line of the log about a leak.</summary>
/// <param name="Event">The name of the event.</param>
/// <param name="Text">What it says.</param>
/// <param name="At">When it came.</param>
internal sealed record LeakReport(string Event, string Text, long At);
