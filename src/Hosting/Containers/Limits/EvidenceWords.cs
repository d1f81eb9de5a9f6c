namespace CrashShield.Hosting.Containers.Limits;

/// <summary>The pieces that the evidence is put together from.</summary>
internal readonly struct EvidenceWords(RawBlock block, string directory, string versions)
{
    public readonly RawWord BundleBegin = block.Word($"{directory.TrimEnd('/')}/crash-");
    public readonly RawWord Nowhere = block.Word("/dev/null");
    public readonly RawWord Partial = block.Word(".partial");
    public readonly RawWord Cgroups = block.Word("cgroup.txt");
    public readonly RawWord Stacks = block.Word("kernel-stacks.txt");
    public readonly RawWord Manifest = block.Word("manifest.json");
    public readonly RawWord Heading = block.Word("==> ");
    public readonly RawWord HeadingEnd = block.Word(" <==\n");
    public readonly RawWord Proc = block.Word("/proc/");
    public readonly RawWord Task = block.Word("/task");
    public readonly RawWord Stat = block.Word("/stat");
    public readonly RawWord Place = block.Word("/wchan");
    public readonly RawWord StacksTitle = block.Word("thread name state place\n");
    public readonly RawWord CutOff = block.Word("(there are more)\n");

    public readonly RawWord Reason = block.Word("{\"schema\":1,\"reason\":\"");
    public readonly RawWord Trigger = block.Word("\",\"trigger\":{\"reason\":\"");
    public readonly RawWord Detail = block.Word("\",\"detail\":\"");
    public readonly RawWord At = block.Word("\",\"at\":\"");
    public readonly RawWord WrittenAt = block.Word("\",\"sources\":[]},\"writtenAt\":\"");
    public readonly RawWord ProcessId = block.Word("\",\"processId\":");
    public readonly RawWord Files = block.Word($",\"versions\":{versions},\"files\":[");
    public readonly RawWord Name = block.Word("{\"name\":\"");
    public readonly RawWord Size = block.Word("\",\"size\":");
    public readonly RawWord Hash = block.Word(",\"sha256\":\"");
    public readonly RawWord NextFile = block.Word("\"},");
    public readonly RawWord Steps = block.Word("\"}],\"steps\":[");
    public readonly RawWord Ok = block.Word("\",\"status\":\"ok\"}");
    public readonly RawWord End = block.Word("]}\n");
}
