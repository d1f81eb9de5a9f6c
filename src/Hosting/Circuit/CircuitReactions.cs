using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace CrashShield.Hosting.Circuit;

/// <summary>Hands each change of the level to every reaction, and watches for those that take too long.</summary>
internal sealed class CircuitReactions(
    IEnumerable<ICircuitReaction> reactions, HealthCircuit circuit, IOptions<CrashShieldOptions> options, ILogger<HealthCircuit> logger, TimeProvider time)
    : IHostedService, IDisposable
{
    private const int StackSize = 256 * 1024;
    private static readonly TimeSpan CheckInterval = TimeSpan.FromMilliseconds(250);

    private readonly ManualResetEvent _stop = new(false);
    private readonly ReactionWorker[] _workers =
        [.. reactions.Select(reaction => new ReactionWorker(reaction, options.Value.Circuit.ReactionTimeout, logger, time))];

    public Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var worker in _workers)
            worker.Start();
        // No timer: those need the thread pool, which may be what is in trouble.
        new Thread(Watch, StackSize) { IsBackground = true, Name = "shield reactions" }.Start();
        circuit.Changed += Post;
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        End();
        return Task.CompletedTask;
    }

    // The event is left to the finalizer: the watch may still wait on it.
    public void Dispose() => End();

    private void End()
    {
        circuit.Changed -= Post;
        _stop.Set();
        foreach (var worker in _workers)
            worker.Stop();
    }

    private void Post(CircuitTransition transition)
    {
        foreach (var worker in _workers)
            worker.Post(transition);
    }

    private void Watch()
    {
        while (!_stop.WaitOne(CheckInterval))
        {
            foreach (var worker in _workers)
                worker.Check();
        }
    }
}
