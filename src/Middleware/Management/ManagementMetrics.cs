using System.Collections.Concurrent;
using CrashShield.Hosting.Scheduling;
using Microsoft.AspNetCore.Http;
using Prometheus;

namespace CrashShield.Middleware.Management;

/// <summary>Collects the metrics by the schedule: a meter's callback is the application's code, and the thread of the port is for the probes.</summary>
internal sealed class ManagementMetrics
{
    /// <summary>How many are collected and sent at once: a collection may hang, and who reads it may be slow.</summary>
    public const int AtOnce = 2;

    /// <summary>How long a scraper waits for a collection.</summary>
    public static readonly TimeSpan Within = TimeSpan.FromSeconds(2);

    private readonly ConcurrentQueue<Asked> _asked = new();
    private readonly CollectorRegistry _registry;
    private readonly ScheduledJob[] _jobs;
    private int _taken;

    public ManagementMetrics(CollectorRegistry registry, ShieldSchedule schedule)
    {
        _registry = registry;
        _jobs = new ScheduledJob[AtOnce];
        for (var job = 0; job < AtOnce; job++)
            _jobs[job] = schedule.Add(Work);
    }

    /// <summary>For a scraper that has waited for so long.</summary>
    public static ManagementAnswer Late => Refuse($"The metrics were not collected within {Within.TotalSeconds} s.");

    /// <summary>Begins a collection and returns at once. The answer's <see cref="ManagementAnswer.WhenSent"/> is owed, also where nobody waits for it any more.</summary>
    public Task<ManagementAnswer> CollectAsync(string accept)
    {
        if (Interlocked.Increment(ref _taken) > AtOnce)
        {
            Release();
            return Task.FromResult(Refuse("Others are being served the metrics."));
        }

        var answer = new TaskCompletionSource<ManagementAnswer>();
        _asked.Enqueue(new(accept, answer));
        // One of them is free, as there are as many as places.
        foreach (var job in _jobs)
            job.RunNow();
        return answer.Task;
    }

    private static ManagementAnswer Refuse(string why) => ManagementAnswers.Of(StatusCodes.Status503ServiceUnavailable, why);

    private void Work()
    {
        while (_asked.TryDequeue(out var asked))
        {
            try
            {
                asked.Answer.SetResult(Collect(asked.Accept));
            }
            catch (Exception e)
            {
                Release();
                asked.Answer.SetException(e);
            }
        }
    }

    private ManagementAnswer Collect(string accept)
    {
        var isOpen = accept.Contains(PrometheusConstants.OpenMetricsContentType, StringComparison.OrdinalIgnoreCase);
        var body = new MemoryStream();
        using var deadline = new CancellationTokenSource();
        var export = _registry.CollectAndExportAsTextAsync(
            body, isOpen ? ExpositionFormat.OpenMetricsText : ExpositionFormat.PrometheusText, deadline.Token);
        // Callbacks that are awaited may wait for the pool; a .NET meter's has run on this thread, for as long as it takes.
        if (!export.Wait(Within))
        {
            deadline.Cancel();
            // The place is gone for as long as it hangs, or each further scrape would leave one more behind.
            export.ContinueWith(_ => Release(), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            return Late;
        }

        return new(
            StatusCodes.Status200OK,
            isOpen ? PrometheusConstants.OpenMetricsContentTypeWithVersionAndEncoding : PrometheusConstants.TextContentTypeWithVersionAndEncoding,
            body.GetBuffer().AsMemory(0, (int)body.Length),
            WhenSent: Release);
    }

    private void Release() => Interlocked.Decrement(ref _taken);

    // A class, so that its queue is not compiled at each start.
    private sealed record Asked(string Accept, TaskCompletionSource<ManagementAnswer> Answer);
}
