namespace CrashShield.Hosting.Snapshots;

/// <summary>One generation before and after a collection; <c>large</c> and <c>pinned</c> are the heaps beside them.</summary>
internal sealed record GcGenerationReport(string Name, long SizeBefore, long SizeAfter, long FragmentationBefore, long FragmentationAfter)
{
    private static readonly string[] Names = ["0", "1", "2", "large", "pinned"];

    public static GcGenerationReport[] Of(ReadOnlySpan<GCGenerationInfo> generations)
    {
        var reports = new GcGenerationReport[generations.Length];
        for (var i = 0; i < reports.Length; i++)
        {
            var of = generations[i];
            reports[i] = new(
                i < Names.Length ? Names[i] : $"{i}", of.SizeBeforeBytes, of.SizeAfterBytes, of.FragmentationBeforeBytes, of.FragmentationAfterBytes);
        }

        return reports;
    }
}
