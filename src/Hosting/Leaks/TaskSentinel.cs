using System.Diagnostics.CodeAnalysis;

namespace CrashShield.Hosting.Leaks;

/// <summary>Stands behind a watched task as its continuation: it is collected with the task, or told that the task has completed.</summary>
internal sealed class TaskSentinel
{
    private readonly LeakRegistry _registry;
    private readonly TrackedItem _item;

    private TaskSentinel(LeakRegistry registry, TrackedItem item) => (_registry, _item) = (registry, item);

    ~TaskSentinel() => _registry.Collected(_item);

    // An awaiter's continuation, not ContinueWith: no second task, and the failure of the first still counts as unobserved.
    public static void Stand(Task task, LeakRegistry registry, TrackedItem item) =>
        task.ConfigureAwait(false).GetAwaiter().UnsafeOnCompleted(new TaskSentinel(registry, item).Complete);

    [SuppressMessage("Usage", "CA1816", Justification = "The task's completion is what Dispose is elsewhere.")]
    private void Complete()
    {
        GC.SuppressFinalize(this);
        _item.Site.Remove(_item);
    }
}
