using System.Text.RegularExpressions;
using CrashShield.Drills.Processes;

namespace CrashShield.Drills.Leaks;

/// <summary>One way in which a request of the sample leaks, and where it has to turn up.</summary>
/// <param name="Task">The name that the sample gives to the task.</param>
/// <param name="Member">The method that creates it.</param>
/// <param name="Path">The request that leaks one.</param>
/// <param name="Event">The event that reports it as leaked; a surge is <see cref="SurgeEvent"/>.</param>
/// <param name="Counter">The metric that counts it.</param>
internal sealed record LeakKind(string Task, string Member, string Path, string Event, string Counter)
{
    public const string SurgeEvent = "CountSurges";

    /// <summary>The label of <see cref="Counter"/> that has the name.</summary>
    public const string Label = "method";

    private const string File = "LeakDrills.cs";

    // Not collected by the endpoint, as its default is: nobody does that for a leak in production.
    public static readonly LeakKind Abandoned = new("drill-leak", "Abandon", "/drill/leak?collect=false&count=1", "TasksAbandoned", "crashshield_tasks_abandoned_total");

    public static readonly LeakKind Hanging = new("drill-stuck", "Hold", "/drill/stuck?count=1", "TasksOverdue", "crashshield_tasks_stuck_total");

    /// <summary>Where the log has to say that it was created: the line is looked up in the sample's source.</summary>
    public string Site { get; } = $"{Member} ({File}:{LineOf($", \"{Task}\")")})";

    /// <summary>Whether a report has its name and its site, in whatever words.</summary>
    public bool IsNamedIn(LeakReport report) =>
        Regex.IsMatch(report.Text, $@"(?<![\w-]){Regex.Escape(Task)}(?![\w-])") && report.Text.Contains(Site, StringComparison.Ordinal);

    // From bin/Release/net10.0 up to the project.
    private static int LineOf(string text) => 1 + Array.FindIndex(
        System.IO.File.ReadAllLines(System.IO.Path.Combine(BuildPaths.WebApi, "../../../../Drills", File)), line => line.Contains(text, StringComparison.Ordinal));
}
