using System.Collections.Concurrent;
using System.Diagnostics;

namespace CrashShield.Middleware.Tests.Grpc;

/// <summary>The spans of requests, of all applications in this process, by their error id.</summary>
internal sealed class SpanCollector : IDisposable
{
    private readonly ConcurrentDictionary<string, Activity> _byErrorId = new();
    private readonly ActivityListener _listener;

    public SpanCollector()
    {
        _listener = new()
        {
            ShouldListenTo = source => source.Name == "Microsoft.AspNetCore",
            Sample = static (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = activity =>
            {
                if (activity.GetTagItem("crashshield.error_id") is string errorId)
                    _byErrorId[errorId] = activity;
            },
        };
        ActivitySource.AddActivityListener(_listener);
    }

    public async Task<Activity> WaitForAsync(string errorId)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        while (true)
        {
            if (_byErrorId.TryGetValue(errorId, out var span))
                return span;
            await Task.Delay(1, deadline.Token);
        }
    }

    public void Dispose() => _listener.Dispose();
}
