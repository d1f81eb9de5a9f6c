namespace CrashShield.Hosting.Containers;

/// <summary>Where the kernel's <c>/proc</c> and the cgroup mounts are: <c>/</c> but in tests.</summary>
internal sealed record KernelRoot(string Path)
{
    public static KernelRoot Machine { get; } = new("/");
}
