namespace CrashShield.Middleware.Admission;

/// <summary>The thread pool at one moment.</summary>
/// <param name="Threads">Its threads.</param>
/// <param name="Pending">The work items that wait for one.</param>
/// <param name="Completed">The work items that have been completed so far.</param>
internal readonly record struct PoolCounts(int Threads, long Pending, long Completed = 0)
{
    public static PoolCounts Now => new(ThreadPool.ThreadCount, ThreadPool.PendingWorkItemCount, ThreadPool.CompletedWorkItemCount);
}
