namespace CrashShield.Middleware.Admission;

/// <summary>The thread pool at one moment.</summary>
/// <param name="Threads">Its threads.</param>
/// <param name="Pending">The work items that wait for one.</param>
internal readonly record struct PoolCounts(int Threads, long Pending)
{
    public static PoolCounts Now => new(ThreadPool.ThreadCount, ThreadPool.PendingWorkItemCount);
}
