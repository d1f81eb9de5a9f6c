using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace CrashShield.Hosting.Circuit;

/// <summary>Hands each change of the level to every reaction.</summary>
internal sealed class CircuitReactions(
    IEnumerable<ICircuitReaction> reactions, HealthCircuit circuit, IOptions<CrashShieldOptions> options, ILogger<HealthCircuit> logger) : IHostedService
{
    private readonly ReactionWorker[] _workers =
        [.. reactions.Select(reaction => new ReactionWorker(reaction, options.Value.Circuit.ReactionTimeout, logger))];

    public Task StartAsync(CancellationToken cancellationToken)
    {
        circuit.Changed += Post;
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        circuit.Changed -= Post;
        return Task.CompletedTask;
    }

    private void Post(CircuitTransition transition)
    {
        foreach (var worker in _workers)
            worker.Post(transition);
    }
}
