using CrashShield.Hosting.Circuit;
using CrashShield.Hosting.Leaks;
using CrashShield.Hosting.Tests.Supervision;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace CrashShield.Hosting.Tests.Leaks;

/// <summary>A host on its real threads, and with a registry of its own.</summary>
public class LeakMonitorTests
{
    [Fact]
    public async Task LeaksOpenTheCircuitUntilTheyEnd()
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        var registry = new LeakRegistry(TimeProvider.System);
        builder.Services.AddSingleton(registry);
        builder.Services.AddCrashShield(builder.Configuration, options =>
        {
            options.Leaks.MaxLeaked = 10;
            options.Leaks.StuckAfter = TimeSpan.FromMilliseconds(100);
            options.Circuit.EnterSamples = 1;
            options.Circuit.RecoverAfter = TimeSpan.Zero;
        });
        using var host = builder.Build();
        Assert.False(registry.IsOn);
        await host.StartAsync(TestContext.Current.CancellationToken);
        var circuit = host.Services.GetRequiredService<HealthCircuit>();
        LeakRegistry.Enter(registry);
        var stuck = new TaskCompletionSource();
        for (var i = 0; i < 10; i++)
            _ = Shield.Watch(stuck.Task, "stuck");

        await Deadline.Until(() => circuit.Level == CircuitLevel.Open, "the circuit opens");
        Assert.StartsWith("leaks: 10 leaks of at most 10, the latest of stuck from ", circuit.State.Reason, StringComparison.Ordinal);
        stuck.SetResult();
        await Deadline.Until(() => circuit.Level == CircuitLevel.Closed, "the circuit closes");
        await host.StopAsync(TestContext.Current.CancellationToken);
        host.Dispose();
        Assert.False(registry.IsOn);
    }

    [Fact]
    public void NothingIsTrackedWhileNobodyLooks()
    {
        var registry = new LeakRegistry(TimeProvider.System);
        LeakRegistry.Enter(registry);
        var source = new TaskCompletionSource();

        Shield.Watch(source.Task, "unseen");
        using var handle = LeakTracker.Track(source);

        Assert.Empty(registry.Sites);
        source.SetResult();
    }
}
