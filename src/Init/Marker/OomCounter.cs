using System.Globalization;

namespace CrashShield.Init.Marker;

/// <summary>How many processes of this cgroup the kernel has killed for memory: v2 memory.events, v1 memory.oom_control.</summary>
internal sealed class OomCounter(string? file)
{
    private const string CounterName = "oom_kill ";

    /// <param name="root">For tests; otherwise <c>/</c>.</param>
    public static OomCounter Find(string root = "/")
    {
        try
        {
            var groups = File.ReadAllLines(Path.Combine(root, "proc/self/cgroup"));
            var mounts = File.ReadAllLines(Path.Combine(root, "proc/self/mountinfo"));
            return new OomCounter(Of(groups, mounts, "memory", "memory.oom_control") ?? Of(groups, mounts, "", "memory.events"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new OomCounter(null);
        }

        string? Of(string[] groups, string[] mounts, string controller, string name)
        {
            var path = groups.Select(line => line.Split(':', 3)).FirstOrDefault(fields => fields.Length == 3 && fields[1].Split(',').Contains(controller))?[2];
            var mount = mounts.Select(CgroupMount.Parse).FirstOrDefault(mount => mount?.Controllers.Contains(controller) == true);
            if (path is null || mount is null)
                return null;
            var file = Path.Combine(root, mount.Resolve(path).TrimStart('/'), name);
            return File.Exists(file) ? file : null;
        }
    }

    /// <returns>Null when nobody counts.</returns>
    public long? Read()
    {
        if (file is null)
            return null;
        try
        {
            var line = File.ReadLines(file).FirstOrDefault(line => line.StartsWith(CounterName, StringComparison.Ordinal));
            return long.TryParse(line.AsSpan(Math.Min(CounterName.Length, line?.Length ?? 0)), NumberStyles.None, CultureInfo.InvariantCulture, out var count) ? count : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
