using CrashShield.Hosting.Scheduling;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace CrashShield.Hosting.Circuit;

/// <summary>Hands each change of the level to every reaction.</summary>
internal sealed class CircuitReactions(
    IEnumerable<ICircuitReaction> reactions, HealthCircuit circuit, ShieldSchedule schedule, IOptions<CrashShieldOptions> options, ILogger<HealthCircuit> logger, TimeProvider time)
    : IHostedService, IDisposable
{
    private readonly ReactionWorker[] _workers =
        [.. reactions.Select(reaction => new ReactionWorker(reaction, options.Value.Circuit.ReactionTimeout, logger, time))];

    public Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var worker in _workers)
            worker.Start(schedule);
        circuit.Changed += Post;
        circuit.Joined += TellObservers;
        // A signal may have come before; told twice does no harm.
        if (circuit.State is { Level: not CircuitLevel.Closed } state)
            Post(new(CircuitLevel.Closed, state.Level, state.Reason, state.Since));
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        End();
        return Task.CompletedTask;
    }

    public void Dispose() => End();

    private void End()
    {
        circuit.Changed -= Post;
        circuit.Joined -= TellObservers;
        foreach (var worker in _workers)
            worker.Stop();
    }

    private void Post(CircuitTransition transition)
    {
        foreach (var worker in _workers)
            worker.Post(transition);
    }

    private void TellObservers(CircuitTransition joined)
    {
        foreach (var worker in _workers)
        {
            if (worker.IsObserver)
                worker.Post(joined);
        }
    }
}
