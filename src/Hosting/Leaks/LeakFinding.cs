namespace CrashShield.Hosting.Leaks;

/// <summary>One leak: what, where it was created, how old it is and which trace it belongs to.</summary>
internal sealed record LeakFinding(LeakKind Kind, LeakSite Site, TimeSpan Age, string? TraceId, string? Stack = null)
{
    public string Describe()
    {
        var what = Kind switch
        {
            LeakKind.AbandonedTask => "abandoned task",
            LeakKind.AbandonedMethod => "abandoned async method",
            LeakKind.UndisposedResource => "resource not disposed",
            LeakKind.OrphanedReader => "reader without a writer",
            _ => "task that has not completed",
        };
        return $"{what} '{Site.Name}' from {Site.Place}, {Age.TotalSeconds:F1} s old{(TraceId is null ? "" : $", trace {TraceId}")}"
            + (Stack is null ? "" : Environment.NewLine + Stack);
    }
}
