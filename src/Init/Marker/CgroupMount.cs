namespace CrashShield.Init.Marker;

/// <summary>A line of /proc/self/mountinfo that mounts cgroups, proc_pid_mountinfo(5).</summary>
/// <param name="Root">The group that is mounted.</param>
/// <param name="Point">Where.</param>
/// <param name="Controllers">Of v1; one that is empty for v2.</param>
internal sealed record CgroupMount(string Root, string Point, string[] Controllers)
{
    public static CgroupMount? Parse(string line)
    {
        var halves = line.Split(" - ", 2);
        if (halves.Length < 2 || halves[0].Split(' ') is not [_, _, _, var root, var point, ..] || halves[1].Split(' ') is not [var type, _, var options, ..])
            return null;
        return type switch
        {
            "cgroup2" => new CgroupMount(root, point, [""]),
            "cgroup" => new CgroupMount(root, point, options.Split(',')),
            _ => null,
        };
    }

    /// <summary>The folder of a group of /proc/self/cgroup.</summary>
    public string Resolve(string group)
    {
        // In a container with the host's namespace the path is the host's, and only its own group is mounted.
        var below = Root == "/" ? group
            : group == Root || group.StartsWith(Root + "/", StringComparison.Ordinal) ? group[Root.Length..]
            : "";
        return below is "" or "/" ? Point : Point + below;
    }
}
