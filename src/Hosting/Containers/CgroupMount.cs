using System.Text;

namespace CrashShield.Hosting.Containers;

/// <summary>A mounted cgroup hierarchy: one line of <c>/proc/self/mountinfo</c>, see proc_pid_mountinfo(5).</summary>
/// <param name="IsV2">Whether it is the one hierarchy of cgroup v2.</param>
/// <param name="Root">The cgroup that is mounted.</param>
/// <param name="Point">Where it is mounted.</param>
/// <param name="Controllers">What it controls; empty for v2, whose files tell.</param>
internal sealed record CgroupMount(bool IsV2, string Root, string Point, IReadOnlyList<string> Controllers)
{
    /// <summary>The mount, or <see langword="null"/> when the line is of another file system or garbled.</summary>
    public static CgroupMount? Parse(string line)
    {
        // Any number of optional fields comes before the lone hyphen.
        var halves = line.Split(" - ", 2);
        if (halves is not [var left, var right])
            return null;

        var mount = left.Split(' ');
        var system = right.Split(' ');
        if (mount.Length < 6 || system is not ["cgroup" or "cgroup2", _, var options, ..])
            return null;

        var isV2 = system[0] == "cgroup2";
        return new(isV2, Unescape(mount[3]), Unescape(mount[4]), isV2 ? [] : options.Split(','));
    }

    /// <summary>The directory of a cgroup and those above it as far as they are mounted, nearest first.</summary>
    public IEnumerable<string> Directories(string cgroup)
    {
        for (var path = Below(cgroup); path.Length > 0; path = path[..path.LastIndexOf('/')])
            yield return Point + path;
        yield return Point;
    }

    // A container sees its own cgroup mounted at the top, and by itself only with a cgroup namespace: the name then is "/", or that of the host.
    // "/.." is a cgroup outside of the namespace.
    private string Below(string cgroup)
    {
        var root = Root.TrimEnd('/');
        var isBelow = cgroup.StartsWith(root, StringComparison.Ordinal) && (cgroup.Length == root.Length || cgroup[root.Length] == '/');
        return isBelow && !cgroup.Split('/').Contains("..") ? cgroup[root.Length..].TrimEnd('/') : "";
    }

    // Space, tab, newline and backslash stand as octal numbers.
    private static string Unescape(string path)
    {
        const int Digits = 3;
        if (!path.Contains('\\', StringComparison.Ordinal))
            return path;

        var text = new StringBuilder(path.Length);
        for (var i = 0; i < path.Length; i++)
        {
            if (path[i] == '\\' && i + Digits < path.Length && IsOctal(path.AsSpan(i + 1, Digits)))
            {
                text.Append((char)(((path[i + 1] - '0') << 6) | ((path[i + 2] - '0') << 3) | (path[i + 3] - '0')));
                i += Digits;
            }
            else
            {
                text.Append(path[i]);
            }
        }

        return text.ToString();
    }

    private static bool IsOctal(ReadOnlySpan<char> digits) => digits[0] is >= '0' and <= '3' && !digits[1..].ContainsAnyExceptInRange('0', '7');
}
