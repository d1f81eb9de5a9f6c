namespace CrashShield.Hosting.Containers.Limits;

/// <summary>What lines of the kernel's files begin with.</summary>
internal readonly struct LimitWords(RawBlock block)
{
    public readonly RawWord Nothing = block.Word("");
    public readonly RawWord High = block.Word("high ");
    public readonly RawWord Max = block.Word("max ");
    public readonly RawWord ActiveFile = block.Word("active_file ");
    public readonly RawWord InactiveFile = block.Word("inactive_file ");
    public readonly RawWord Refaults = block.Word("workingset_refault_file ");
    public readonly RawWord UnderOom = block.Word("under_oom ");
    public readonly RawWord Some = block.Word("some ");
    public readonly RawWord Total = block.Word("total=");
}
