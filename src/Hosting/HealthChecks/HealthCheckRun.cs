using CrashShield.Hosting.Circuit;
using CrashShield.Hosting.Failures;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace CrashShield.Hosting.HealthChecks;

/// <summary>Runs one health check again and again. One that hangs holds up none of the others, and is not started a second time.</summary>
internal sealed class HealthCheckRun(HealthCheckRegistration check, QuietHealthChecks checks)
{
    private Task<CheckedHealth>? _running;

    public HealthCheckRegistration Check => check;

    /// <summary>What it has told last; <see langword="null"/> before the first time.</summary>
    public CheckedHealth? Last { get; private set; }

    /// <summary>Runs it once. Never throws.</summary>
    /// <param name="within">How long it may take.</param>
    public async Task RunAsync(TimeSpan within)
    {
        try
        {
            if (_running is null or { IsCompleted: true })
                _running = StartAsync(within);
            Last = await _running.WaitAsync(within).ConfigureAwait(false);
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException && _running is { IsCompletedSuccessfully: false })
        {
            // A database that hangs is none that answers.
            Last = new(check.Name, check.FailureStatus, $"it has not ended within {within.TotalSeconds:0.###} s");
        }
        catch (Exception e)
        {
            // One that cannot even be created.
            Last = new(check.Name, check.FailureStatus, ExceptionText.Message(e));
        }
    }

    // On the pool: one that blocks is waited for as one that hangs is.
    private Task<CheckedHealth> StartAsync(TimeSpan within) => Task.Run(async () =>
    {
        RecoveryCalls.Begin();
        using var bound = new CancellationTokenSource(within);
        return await checks.AskAsync(check, bound.Token).ConfigureAwait(false);
    });
}
