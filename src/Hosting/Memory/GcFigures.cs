namespace CrashShield.Hosting.Memory;

/// <summary>What the collections of the last window looked like.</summary>
/// <param name="YoungPerMinute">Young collections a minute.</param>
/// <param name="YoungReclaimed">The share of young memory that they reclaimed; 1 when there were none.</param>
/// <param name="Full">Full collections in the window.</param>
/// <param name="FullBefore">Full collections in the window before it.</param>
/// <param name="FullPause">The mean pause of the full collections; zero when there were none.</param>
/// <param name="FullTimes">At how many times of the window, each of an interval of judging, full collections ended.</param>
/// <param name="IsFullRising">Whether there are ever more full collections and they leave ever more.</param>
internal readonly record struct GcFigures(
    double YoungPerMinute, double YoungReclaimed, double Full, double FullBefore, TimeSpan FullPause, double FullTimes, bool IsFullRising);
