using Microsoft.Extensions.Hosting;

namespace CrashShield.Hosting.Failures;

/// <summary>Captures failures of tasks that nobody awaited. They surface when the task is collected, on the finalizer thread.</summary>
internal sealed class UnobservedTaskMonitor(FailureReporter reporter, TimeProvider time) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        TaskScheduler.UnobservedTaskException += OnUnobserved;
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        TaskScheduler.UnobservedTaskException -= OnUnobserved;
        return Task.CompletedTask;
    }

    private void OnUnobserved(object? sender, UnobservedTaskExceptionEventArgs args)
    {
        // Not marked as observed: who has the runtime end the process for one, or listens too, finds it as it would without this. A log provider or a hook that blocks must not stop finalization for all.
        ThreadPool.UnsafeQueueUserWorkItem(
            static work => work.Monitor.Report(work.Exception), (Monitor: this, args.Exception), preferLocal: false);
    }

    // Everything it calls takes what it throws: what came out of here would end the process.
    private async void Report(AggregateException unobserved)
    {
        // The aggregate is the task's own wrapping: what failed is inside, one exception unless the task was a WhenAll.
        foreach (var exception in ExceptionText.InnerOf(unobserved))
        {
            var failure = new CapturedFailure(exception, FailureOrigin.UnobservedTask, trace: null, time.GetUtcNow());
            reporter.TaskUnobserved(failure);
            await reporter.RunHooksAsync(failure).ConfigureAwait(false);
        }
    }
}
