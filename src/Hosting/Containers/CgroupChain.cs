namespace CrashShield.Hosting.Containers;

/// <summary>The cgroup of this process under one controller.</summary>
/// <param name="IsV2">Whether its files are those of cgroup v2.</param>
/// <param name="Directories">Its directory and those above: a limit of any of them holds.</param>
internal sealed record CgroupChain(bool IsV2, IReadOnlyList<string> Directories)
{
    public string Own => Directories[0];
}
