namespace CrashShield.Hosting.Leaks;

internal enum LeakKind
{
    /// <summary>A watched task that was collected without ever completing.</summary>
    AbandonedTask,

    /// <summary>An async method that was collected while it waited.</summary>
    AbandonedMethod,

    /// <summary>A tracked resource that was collected without being disposed.</summary>
    UndisposedResource,

    /// <summary>A reader that waits on a channel whose writer was collected without completing it.</summary>
    OrphanedReader,

    /// <summary>A watched task that is reachable and older than it should ever be.</summary>
    StuckTask,
}
