using System.Runtime.CompilerServices;
using CrashShield.Hosting.Telemetry;

namespace CrashShield.Hosting.Leaks;

/// <summary>Watches tasks for leaks.</summary>
public static class Shield
{
    /// <summary>
    /// Has a task reported when it is collected without ever completing, or has not completed after <see cref="LeakOptions.StuckAfter"/>. For tasks that are meant to end; it neither
    /// awaits the task nor observes its failure. While no host with CrashShield runs, nothing is watched.
    /// </summary>
    /// <typeparam name="TTask"><see cref="Task"/> or <see cref="Task{TResult}"/>.</typeparam>
    /// <param name="task">The task.</param>
    /// <param name="name">What it does, the same for all of its kind: it becomes a tag of a metric.</param>
    /// <param name="file">Left to the compiler.</param>
    /// <param name="line">Left to the compiler.</param>
    /// <param name="member">Left to the compiler.</param>
    /// <returns>The same task.</returns>
    public static TTask Watch<TTask>(
        TTask task, string name, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
        where TTask : Task => Stand(task, name, stuckAfter: null, file, line, member);

    /// <summary>
    /// As <see cref="Watch{TTask}"/>, for tasks that may rightly take long: the export of an hour, the connection that a client keeps open. They count as stuck from an age of their own.
    /// </summary>
    /// <typeparam name="TTask"><see cref="Task"/> or <see cref="Task{TResult}"/>.</typeparam>
    /// <param name="task">The task.</param>
    /// <param name="name">What it does, the same for all of its kind.</param>
    /// <param name="stuckAfter">
    /// In place of <see cref="LeakOptions.StuckAfter"/>, and the same for all that one line of code watches; <see cref="Timeout.InfiniteTimeSpan"/> for never. A task that is collected without
    /// completing is reported in any case.
    /// </param>
    /// <param name="file">Left to the compiler.</param>
    /// <param name="line">Left to the compiler.</param>
    /// <param name="member">Left to the compiler.</param>
    /// <returns>The same task.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The age is zero or negative.</exception>
    public static TTask WatchLongRunning<TTask>(
        TTask task, string name, TimeSpan stuckAfter, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
        where TTask : Task
    {
        if (stuckAfter != Timeout.InfiniteTimeSpan)
            ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(stuckAfter, TimeSpan.Zero);
        return Stand(task, name, stuckAfter, file, line, member);
    }

    private static TTask Stand<TTask>(TTask task, string name, TimeSpan? stuckAfter, string file, int line, string member)
        where TTask : Task
    {
        ArgumentNullException.ThrowIfNull(task);
        ArgumentException.ThrowIfNullOrEmpty(name);
        var registry = LeakRegistry.Current;
        if (registry.IsOn && !task.IsCompleted)
        {
            var site = registry.SiteOf(LeakKind.AbandonedTask, name, file, line, member, stuckAfter);
            TaskSentinel.Stand(task, registry, site.Add(registry.Time, TraceContext.CurrentTraceId));
        }

        return task;
    }
}
