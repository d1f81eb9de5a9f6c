namespace CrashShield.Hosting.Leaks;

/// <summary>A count that has grown and not come back.</summary>
internal readonly record struct Surge(long From, long To, TimeSpan Within);
