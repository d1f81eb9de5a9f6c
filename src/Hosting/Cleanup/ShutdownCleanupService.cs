using CrashShield.Hosting.Drain;
using CrashShield.Hosting.Failures;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace CrashShield.Hosting.Cleanup;

/// <summary>Checks the shutdown chain when the host starts, and runs it when the server and every hosted service have stopped.</summary>
internal sealed class ShutdownCleanupService(
    IEnumerable<ShutdownStep> steps, IServiceScopeFactory scopes, IOptions<CrashShieldOptions> options,
    ILogger<ShutdownCleanupService> logger, TimeProvider time, DrainSequence? drain = null) : IHostedLifecycleService
{
    private CleanupChain? _chain;

    public Task StartingAsync(CancellationToken cancellationToken)
    {
        var timeout = options.Value.Cleanup.StepTimeout;
        var chain = new CleanupChain(timeout, time);
        chain.Add(ShutdownSteps.Drain, static _ => default);
        var registered = steps.ToArray();
        foreach (var step in registered)
            step.AddTo(chain, scopes, timeout);

        chain.Order();
        _chain = registered.Length > 0 ? chain : null;
        return Task.CompletedTask;
    }

    /// <param name="cancellationToken">The host's shutdown timeout. Not for the steps: requests that were slow to end may have used it up.</param>
    public async Task StoppedAsync(CancellationToken cancellationToken)
    {
        if (_chain is null)
            return;

        drain?.Reach(DrainStage.CleanUp);
        using var hurry = new CancellationTokenSource(options.Value.Cleanup.ChainTimeout, time);
        Log(await _chain.RunAsync(hurry.Token).ConfigureAwait(false));
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private void Log(CleanupReport report)
    {
        var registered = report.Steps.Where(step => step.Name != ShutdownSteps.Drain).ToArray();
        foreach (var step in registered)
            Log(step);

        var succeeded = registered.Count(step => step.Outcome == CleanupOutcome.Succeeded);
        CleanupLog.ChainEnded(logger, succeeded, registered.Length, report.Duration);
    }

    private void Log(CleanupStepResult step)
    {
        var exception = step.Exception is { } thrown ? LoggableException.Of(thrown) : null;
        if (step.Outcome == CleanupOutcome.Failed)
            CleanupLog.StepFailed(logger, exception, step.Name, step.Duration);
        else if (step.Outcome == CleanupOutcome.TimedOut)
            CleanupLog.StepTimedOut(logger, step.Name, step.Duration);
        else if (step.Outcome == CleanupOutcome.Canceled)
            CleanupLog.StepCanceled(logger, exception, step.Name, step.Duration);
    }
}
