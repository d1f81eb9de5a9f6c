namespace CrashShield.Hosting.Leaks;

internal readonly record struct SiteKey(LeakKind Kind, string Name, string File, int Line)
{
    // Without the path: it is long, and line and name tell nearly all sites apart.
    public override int GetHashCode() => HashCode.Combine(Kind, Line, Name);
}
