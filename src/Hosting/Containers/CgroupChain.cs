namespace CrashShield.Hosting.Containers;

/// <summary>The cgroup of this process under one controller.</summary>
/// <param name="IsV2">Whether its files are those of cgroup v2.</param>
/// <param name="Directories">Its directory and those above: a limit of any of them holds.</param>
internal sealed record CgroupChain(bool IsV2, IReadOnlyList<string> Directories)
{
    public string Own => Directories[0];

    /// <summary>Those that have a limit: it holds for all below. The root has none, and no file for it.</summary>
    public IEnumerable<string> Limiting(string limit) => Directories.Where((directory, i) => i == 0 || KernelFile.Exists(Path.Combine(directory, limit)));
}
