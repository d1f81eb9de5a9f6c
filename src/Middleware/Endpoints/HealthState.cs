using CrashShield.Hosting.Circuit;
using CrashShield.Hosting.Drain;
using CrashShield.Hosting.ThreadPools;
using Microsoft.Extensions.Hosting;

namespace CrashShield.Middleware.Endpoints;

/// <summary>What probes are told, whoever asks.</summary>
internal sealed class HealthState(HealthCircuit circuit, ProcessorWatch processor, IHostApplicationLifetime lifetime, ServingState serving)
{
    private bool IsStarted => lifetime.ApplicationStarted.IsCancellationRequested;

    /// <summary>Fails only when a restart is the one thing that helps.</summary>
    public HealthAnswer Live()
    {
        var state = circuit.State;
        return new(state.Level != CircuitLevel.Failed, state.Level.ToString(), state);
    }

    /// <summary>Fails while the instance should get no new work.</summary>
    public HealthAnswer Ready()
    {
        var state = circuit.State;
        var phase = serving.Phase;
        var isStopping = lifetime.ApplicationStopping.IsCancellationRequested;
        var word = !IsStarted ? "Starting" : phase != ServingPhase.Serving ? phase.ToString() : isStopping ? "Stopping" : state.Level.ToString();
        return new(IsStarted && phase == ServingPhase.Serving && !isStopping && circuit.IsReady, word, state);
    }

    /// <summary>Fails until the host has started.</summary>
    public HealthAnswer Started() => new(IsStarted, IsStarted ? "Started" : "Starting", circuit.State);

    /// <summary>The same in full.</summary>
    public HealthReport Report(HealthAnswer answer) => new(answer.Word, answer.State, circuit.Held, processor.Report, circuit.Sources, circuit.History);
}
