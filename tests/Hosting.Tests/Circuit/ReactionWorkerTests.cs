using CrashShield.Hosting.Circuit;
using Microsoft.Extensions.Logging.Abstractions;

namespace CrashShield.Hosting.Tests.Circuit;

public class ReactionWorkerTests
{
    [Fact]
    public void LookAtAReactionThatDoesNothingAllocatesNothing()
    {
        var worker = new ReactionWorker(new Nothing(), TimeSpan.FromSeconds(5), NullLogger.Instance, TimeProvider.System);
        worker.Check();

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1_000; i++)
            worker.Check();
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    private sealed class Nothing : ICircuitReaction
    {
        public Task ReactAsync(CircuitTransition transition, CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
