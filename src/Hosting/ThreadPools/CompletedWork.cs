namespace CrashShield.Hosting.ThreadPools;

/// <summary>
/// What the service completes: requests, where somebody counts them and they end. Work that is no request (a consumer, a stream's messages) is counted by the pool's items.
/// </summary>
internal sealed class CompletedWork(QueueDelayProbe probe, TimeProvider time)
{
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(5);

    private long _requests;
    private long _moved = long.MinValue;
    private bool _countsRequests;

    /// <summary>Counts requests that have been served, if anybody does. Must not throw or block.</summary>
    public Func<long>? Requests { get; set; }

    /// <summary>What has been completed so far.</summary>
    /// <param name="isNewUnit">Whether something else is counted than before.</param>
    public long Take(out bool isNewUnit)
    {
        var requests = Requests?.Invoke() ?? 0;
        if (requests != _requests)
            (_requests, _moved) = (requests, time.GetTimestamp());
        var countsRequests = _moved != long.MinValue && time.GetElapsedTime(_moved) < Rest;
        isNewUnit = countsRequests != _countsRequests;
        _countsRequests = countsRequests;
        return countsRequests ? requests : ThreadPool.CompletedWorkItemCount - probe.Completed;
    }
}
