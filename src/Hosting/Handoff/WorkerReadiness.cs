using CrashShield.Hosting.Circuit;
using CrashShield.Hosting.Failures;
using CrashShield.Hosting.HealthChecks;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;

namespace CrashShield.Hosting.Handoff;

/// <summary>What has to be so before a worker that is led serves: it is warm, and its health is good.</summary>
internal sealed class WorkerReadiness(
    IEnumerable<IWarmUp> warmUps, HealthCheckService checks, HealthCheckRounds rounds, HealthCircuit circuit, IOptions<CrashShieldOptions> options, TimeProvider time)
{
    private static readonly TimeSpan CheckWithin = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan HealthyWithin = TimeSpan.FromSeconds(30);

    // Each look asks what may be away, and logs it: more and more seldom.
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(2);

    private readonly TimeSpan _healthyWithin = options.Value.Handoff.ReadyTimeout < HealthyWithin ? options.Value.Handoff.ReadyTimeout : HealthyWithin;

    /// <summary>Warms up and looks.</summary>
    /// <param name="enough">Cancelled when there is no more time; <see langword="null"/> when there is none to begin with.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>How many requests it has been, and why it is not ready; <see langword="null"/> when it is.</returns>
    public async Task<(int Warm, string? WhyNot)> GetReadyAsync(CancellationToken? enough, CancellationToken cancellationToken)
    {
        var warm = await AskItselfAsync(cancellationToken).ConfigureAwait(false);
        var whyNot = await WhyNotHealthyAsync(cancellationToken).ConfigureAwait(false);
        if (warm == 0 || whyNot is not null || enough is null)
            return (warm, whyNot);

        warm += await new TieredWarmUp(time).RunAsync(AskItselfAsync, enough.Value, cancellationToken).ConfigureAwait(false);
        return (warm, await WhyNotHealthyAsync(cancellationToken).ConfigureAwait(false));
    }

    /// <summary>Looks again when the background services run, and until it is well: a bus takes its time to connect, a cache to be filled.</summary>
    /// <param name="whyNot">What it was without them.</param>
    /// <param name="servicesRun">Completes when they have been started.</param>
    /// <param name="enough">Cancelled when nobody else serves any more.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>Why it is not ready; <see langword="null"/> when it is.</returns>
    public async Task<string?> LookAgainAsync(string? whyNot, Task servicesRun, CancellationToken enough, CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(enough, cancellationToken);
        await servicesRun.WaitAsync(either.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        var (start, pause) = (time.GetTimestamp(), FirstPause);
        while (whyNot is not null && !enough.IsCancellationRequested && time.GetElapsedTime(start) < _healthyWithin)
        {
            // Probes go by the rounds as soon as it serves.
            await rounds.RunAnewAsync().ConfigureAwait(false);
            whyNot = await WhyNotHealthyAsync(cancellationToken).ConfigureAwait(false);
            if (whyNot is null)
                break;
            await Task.Delay(pause, time, either.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            pause = pause + FirstPause < LongestPause ? pause + FirstPause : LongestPause;
        }

        return whyNot;
    }

    private async Task<int> AskItselfAsync(CancellationToken cancellationToken)
    {
        var asked = 0;
        foreach (var warmUp in warmUps)
            asked += await warmUp.RunAsync(cancellationToken).ConfigureAwait(false);
        return asked;
    }

    private async Task<string?> WhyNotHealthyAsync(CancellationToken cancellationToken)
    {
        RecoveryCalls.Begin();
        using var late = new CancellationTokenSource(CheckWithin, time);
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        HealthReport report;
        try
        {
            // Not all of them look at the token.
            report = await checks.CheckHealthAsync(options.Value.HealthChecks.Handover.Has, bound.Token).WaitAsync(bound.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return $"its health checks have taken longer than {CheckWithin.TotalSeconds} s";
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // One that cannot even be created.
            return $"its health checks cannot be run: {ExceptionText.Message(e)}";
        }

        if (report.Status == HealthStatus.Unhealthy)
            return "not healthy: " + string.Join(", ", report.Entries.Where(entry => entry.Value.Status == HealthStatus.Unhealthy).Select(entry => entry.Key));
        return circuit.State is { Level: > CircuitLevel.Degraded } state ? $"its circuit is {state.Level}: {state.Reason}" : null;
    }
}
