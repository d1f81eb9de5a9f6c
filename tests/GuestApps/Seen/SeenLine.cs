namespace CrashShield.GuestApps.Seen;

/// <summary>Something that only the inside of the process can see.</summary>
/// <param name="Kind">Where it was seen.</param>
/// <param name="Text">What it was, in one line.</param>
internal sealed record SeenLine(SeenKind Kind, string Text);
