using CrashShield.Hosting.Configuration;

namespace CrashShield.Hosting.Supervision;

/// <summary>The names of tasks for one line of the log, the most frequent first, each with how many there are.</summary>
internal sealed class TaskNames(IReadOnlyDictionary<string, int> counts)
{
    private const int Shown = 20;

    public int Total => counts.Values.Sum();

    public static TaskNames Of(IEnumerable<SupervisedChild> children) => new(children.CountBy(child => child.Name).ToDictionary());

    public override string ToString()
    {
        var names = counts.OrderByDescending(count => count.Value).ThenBy(count => count.Key, StringComparer.Ordinal).Take(Shown)
            .Select(count => count.Value == 1 ? OneLine.CutAndEscape(count.Key) : $"{OneLine.CutAndEscape(count.Key)} ({count.Value})");
        return string.Join(", ", names) + (counts.Count > Shown ? $", and {counts.Count - Shown} more names" : "");
    }
}
