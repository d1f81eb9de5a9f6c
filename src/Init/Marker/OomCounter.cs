using System.Globalization;
using CrashShield.Hosting.Containers;

namespace CrashShield.Init.Marker;

/// <summary>How many processes of this cgroup the kernel has killed for memory: v2 memory.events, v1 memory.oom_control.</summary>
internal sealed class OomCounter(string? file, string? groupFile = null)
{
    private const string CounterName = "oom_kill ";

    /// <param name="root">For tests; otherwise <c>/</c>.</param>
    public static OomCounter Find(string root = "/")
    {
        var memory = Cgroup.Find(root).Memory;
        return memory is null
            ? new OomCounter(null)
            : new OomCounter(Path.Combine(memory.Own, memory.IsV2 ? "memory.events" : "memory.oom_control"), Path.Combine(memory.Own, "memory.oom.group"));
    }

    /// <summary>Whether the kernel kills all of the cgroup when it kills one of it.</summary>
    public bool IsGroup => groupFile is not null && KernelFile.Lines(groupFile) is ["1"];

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
