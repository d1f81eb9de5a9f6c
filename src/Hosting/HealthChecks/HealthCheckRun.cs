using CrashShield.Hosting.Failures;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace CrashShield.Hosting.HealthChecks;

/// <summary>Runs one health check again and again. One that hangs holds up none of the others, and is not started a second time.</summary>
internal sealed class HealthCheckRun(HealthCheckRegistration check, HealthCheckService checks)
{
    private Task<HealthReport>? _running;

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
            Last = Of(await _running.WaitAsync(within).ConfigureAwait(false));
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
    private Task<HealthReport> StartAsync(TimeSpan within) => Task.Run(async () =>
    {
        using var bound = new CancellationTokenSource(within);
        return await checks.CheckHealthAsync(registration => ReferenceEquals(registration, check), bound.Token).ConfigureAwait(false);
    });

    private CheckedHealth Of(HealthReport report)
    {
        var entry = report.Entries.Values.First();
        return new(check.Name, entry.Status, entry.Description ?? (entry.Exception is { } thrown ? ExceptionText.Message(thrown) : null));
    }
}
