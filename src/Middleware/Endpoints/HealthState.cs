using CrashShield.Hosting.Circuit;
using CrashShield.Hosting.Drain;
using CrashShield.Hosting.HealthChecks;
using CrashShield.Hosting.ThreadPools;
using Microsoft.Extensions.Hosting;

namespace CrashShield.Middleware.Endpoints;

/// <summary>What probes are told, whoever asks.</summary>
internal sealed class HealthState(HealthCircuit circuit, ProcessorWatch processor, HealthCheckRounds checks, IHostApplicationLifetime lifetime, ServingState serving)
{
    private const string Unhealthy = "Unhealthy";

    private bool IsStarted => lifetime.ApplicationStarted.IsCancellationRequested;

    /// <summary>Fails only when a restart is the one thing that helps.</summary>
    public HealthAnswer Live()
    {
        var state = circuit.State;
        if (state.Level == CircuitLevel.Failed)
            return new(false, state.Level.ToString(), state);
        return checks.NotLive.Count > 0 ? new(false, Unhealthy, state) : new(true, state.Level.ToString(), state);
    }

    /// <summary>Fails while the instance should get no new work.</summary>
    public HealthAnswer Ready()
    {
        var state = circuit.State;
        var phase = serving.Phase;
        var isStopping = lifetime.ApplicationStopping.IsCancellationRequested;
        // Checks that have never been run may all be unhealthy.
        var isStarting = !IsStarted || !checks.IsKnown;
        var word = isStarting ? "Starting" : phase != ServingPhase.Serving ? phase.ToString() : isStopping ? "Stopping" : checks.NotReady.Count > 0 ? Unhealthy : state.Level.ToString();
        return new(!isStarting && phase == ServingPhase.Serving && !isStopping && checks.NotReady.Count == 0 && circuit.IsReady, word, state);
    }

    /// <summary>Fails until the host has started.</summary>
    public HealthAnswer Started() => new(IsStarted, IsStarted ? "Started" : "Starting", circuit.State);

    /// <summary>The same in full.</summary>
    /// <param name="answer">The answer.</param>
    /// <param name="withReasons">Whether who asks is told reasons, which may name servers and quote exceptions.</param>
    public HealthReport Report(HealthAnswer answer, bool withReasons) => withReasons
        ? new(answer, circuit.Held, processor.Report, circuit.Sources, circuit.History, checks.All)
        : new(
            answer with { State = answer.State with { Reason = null } },
            circuit.Held,
            processor.Report with { Blocking = null },
            circuit.Sources.Select(static source => source with { Reason = null }),
            circuit.History.Select(static change => change with { Reason = null }),
            checks: null);
}
